/** Names are the seam between stacks: functions find everything by them, so no stack exports an id. */
export function namesOf(stage: string) {
  return {
    dataStack: `${stage}-data`,
    machinesStack: `${stage}-machines`,
    controlStack: `${stage}-control`,
    table: `${stage}-sessions`,
    launchTemplate: (blueprint: string) => `${stage}-${blueprint}`,
    securityGroup: (blueprint: string) => `${stage}-${blueprint}`,
    /** Named after the machine: EC2 compares group names without regard to case, and session ids have both. */
    sessionSecurityGroup: (instanceId: string) => `${stage}-session-${instanceId}`,
    machineRole: (blueprint: string) => `${stage}-${blueprint}-machine`,
    /** Slashes: a stage or a session may hold hyphens, so with those two stages could mean one alarm. */
    idleAlarm: (session: string) => `${stage}/${session}/idle`,
    scheduleGroup: `${stage}-sessions`,
    schedulerRole: `${stage}-scheduler`,
    /** At most 47 characters; EventBridge Scheduler allows 64. */
    expirySchedule: (session: string) => `${session}-expiry`,
    /** In the same group; no session's ends like this. */
    retentionSchedule: `${stage}-retention`,
    sweepRule: `${stage}-sweep`,
    machineParameter: (instanceId: string) => `/${stage}/machines/${instanceId}`,
    /** Under the machine's own, so that whoever may read the one may read the other. */
    saveParameter: (instanceId: string) => `/${stage}/machines/${instanceId}/save`,
    /** Another one, so that whoever asks for a save more takes no token from whoever ends the session. */
    backupParameter: (instanceId: string) => `/${stage}/machines/${instanceId}/backup`,
    /** Bucket names are global. At most 16 + 8 + 12 + 1 + 14 characters; S3 allows 63. */
    backupBucket: (account: string, region: string) => `${stage}-backup-${account}-${region}`,
    /** A setting of the devbox, which every session of it shares. The first stage has them where people look for them. */
    devserverParameter: (key: string) =>
      stage === "moonbase" ? `/devserver/${key}` : `/${stage}/devserver/${key}`,
    /** The operator's own key, where there is one. */
    ownKeyAlias: `alias/${stage}-key`,
    /** Where machines of a blueprint send their logs. */
    machineLog: (blueprint: string) => `/moonbase/${stage}/${blueprint}`,
    workflow: (name: string) => `${stage}-${name}`,
    lambda: (name: string) => `${stage}-${name}`,
    noticesTopic: `${stage}-notices`,
    /** AWS's own account of the month, and where it says that a threshold was passed. */
    budget: `${stage}-monthly`,
    budgetTopic: `${stage}-budget`,
    deadLetterQueue: `${stage}-dead-letters`,
  };
}

/** EC2 keeps names that start with "sg-" for its own groups. */
export const stagePattern = /^(?!sg(-|$))[a-z][a-z0-9-]{0,15}$/;

/** A failed teardown is tried again under a new name, because execution names stay taken for 90 days. */
export function teardownExecutionName(session: string, generation: number): string {
  return `${session}-${generation}`;
}
