import { execFileSync } from "node:child_process";
import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type BuildOptions, build } from "esbuild";
import { projectFolder } from "../../local/project.ts";
import { type Figure, median } from "./figures.ts";

const stories = ["launch", "teardown", "react"] as const;
const pairs = 15;

/** As `infra/constructs/control-function.ts` bundles. */
const house = {
  bundle: true,
  minify: true,
  format: "esm",
  platform: "node",
  target: "node24",
  mainFields: ["module", "main"],
  metafile: true,
  logLevel: "error",
} satisfies BuildOptions & { metafile: true };

/** Time to load each function in a fresh Node, in turn with a bare handler that has the same clients and logger. */
export async function coldStarts(folder: string): Promise<Figure[]> {
  mkdirSync(folder, { recursive: true });
  const figures: Figure[] = [];
  for (const story of stories) {
    const ours = join(folder, `${story}.mjs`);
    const bare = join(folder, `${story}.bare.mjs`);
    const entry = join(projectFolder, "functions", story, "handler.ts");
    const { metafile } = await build({ ...house, entryPoints: [entry], outfile: ours });
    const contents = bareHandler(Object.keys(metafile.inputs));
    await build({ ...house, stdin: { contents, resolveDir: projectFolder }, outfile: bare });

    const times = Array.from({ length: pairs }, () => [load(ours), load(bare)] as const);
    const value = median(times.map(([one]) => one));
    const yardstick = { what: "bare handler, same clients", value: median(times.map(([, other]) => other)) };
    figures.push({ what: `${story}: cold import`, value, unit: "ms", yardstick });
    const sizes = [ours, bare].map((file) => statSync(file).size / 1024);
    figures.push({
      what: `${story}: bundle`,
      value: sizes[0] ?? 0,
      unit: "kB",
      yardstick: { what: "bare handler, same clients", value: sizes[1] ?? 0 },
    });
  }
  return figures;
}

/** A handler that makes the clients and the logger that a bundle contains, and does nothing with them. */
function bareHandler(inputs: string[]): string {
  const clients = [
    ...new Set(inputs.flatMap((path) => /@aws-sdk\/(client-[a-z0-9-]+)\//.exec(path)?.[1] ?? [])),
  ];
  const lines = clients.map(
    (name, index) =>
      `import * as sdk${index} from "@aws-sdk/${name}"; export const client${index} = new sdk${index}.${classOf(name)}({});`,
  );
  return [
    ...lines,
    'import { Logger } from "@aws-lambda-powertools/logger";',
    "const log = new Logger();",
    'export const handler = async () => log.info("called");',
  ].join("\n");
}

const classes: Record<string, string> = {
  "client-cloudwatch": "CloudWatchClient",
  "client-dynamodb": "DynamoDBClient",
  "client-ec2": "EC2Client",
  "client-eventbridge": "EventBridgeClient",
  "client-scheduler": "SchedulerClient",
  "client-sfn": "SFNClient",
  "client-sns": "SNSClient",
  "client-ssm": "SSMClient",
};

function classOf(name: string): string {
  const found = classes[name];
  if (found === undefined) throw new Error(`the bench does not know the client of ${name}`);
  return found;
}

/** Milliseconds to import a module in a Node of its own, as Node itself measures them. */
function load(file: string): number {
  const script = join(file, "..", "load.mjs");
  writeFileSync(
    script,
    "const start = performance.now(); await import(process.argv[2]); console.log(performance.now() - start);",
  );
  const env = { ...process.env, AWS_REGION: "us-east-1", POWERTOOLS_LOG_LEVEL: "SILENT" };
  return Number(execFileSync(process.execPath, [script, file], { encoding: "utf8", env }));
}
