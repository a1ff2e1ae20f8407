import { isIPv6 } from "node:net";
import { sourceCidr } from "../../workflows/fields.ts";
import { findAddress, givenAddress } from "../address.ts";
import { CommandError } from "../command-error.ts";
import type { Context } from "../context.ts";

/** The caller's own address, as given or as echo services see it. The engine's processes let nobody in, so any will do there. */
export async function callersAddress(
  { target, configFile }: Context,
  address: string | undefined,
): Promise<string> {
  if (address !== undefined) return givenAddress(address);
  if (target.kind === "aws") return findAddress(configFile.config.addressServices);
  if (target.addressServices !== undefined) return findAddress(target.addressServices);
  const own = configFile.written.addressServices !== undefined;
  return own ? findAddress(configFile.config.addressServices) : "127.0.0.1";
}

/** Who shall come in: as given, an address without its length as well; as configured; or else the caller. */
export async function whoComesIn(context: Context, from: string | undefined): Promise<string> {
  const { sshAllowedCidr } = context.configFile.config;
  if (from === undefined) return sshAllowedCidr ?? `${await callersAddress(context, undefined)}/32`;
  const cidr = from.includes("/") ? from : `${from}/${isIPv6(from) ? 128 : 32}`;
  const parsed = sourceCidr.safeParse(cidr);
  if (parsed.success) return cidr;
  throw new CommandError({
    what: `--from: ${JSON.stringify(from)} is not accepted (${parsed.error.issues[0]?.message})`,
    remedy: "name the one address that you come from; without --from it is found out",
    ending: "usage",
  });
}
