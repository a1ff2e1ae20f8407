/** Made once by the data stack, and never overwritten. */
export const passwordKey = "restic/password";
export const repositoryKey = "restic/repo";
/** The snapshot that a home is made from, when the operator has pinned one. */
export const pinnedKey = "restic/config_snapshot_id";

/** As it is configured at each deployment. */
export const ansibleKey = "ansible/source";

/** The settings that devboxes read, by the ends of their parameters' names. Those not made by us are the operator's. */
export const devserverKeys = [
  repositoryKey,
  passwordKey,
  pinnedKey,
  "tailscale/client_id",
  "tailscale/audience",
  "tailscale/ssh",
  "ssh_authorized_keys",
  ansibleKey,
] as const;
