/** Made once by the data stack, and never overwritten. */
export const passwordKey = "restic/password";
export const repositoryKey = "restic/repo";

/** The settings that devboxes read, by the ends of their parameters' names. Those not made by us are the operator's. */
export const devserverKeys = [
  repositoryKey,
  passwordKey,
  "restic/config_snapshot_id",
  "tailscale/client_id",
  "tailscale/audience",
  "tailscale/ssh",
  "ssh_authorized_keys",
  "ansible/source",
] as const;
