/** What every command takes. */
export interface GlobalOptions {
  readonly stage?: string;
  readonly region?: string;
  readonly profile?: string;
  readonly local?: boolean;
  readonly json?: boolean;
  readonly showAws?: boolean;
  readonly dryRun?: boolean;
}
