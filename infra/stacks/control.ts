import { Aws } from "aws-cdk-lib";
import { Alias } from "aws-cdk-lib/aws-kms";
import type { Construct } from "constructs";
import { choicesOf } from "../../functions/session/choices.ts";
import { blueprintsOf } from "../../functions/session/deployment.ts";
import { arnOf, functionArn, roleArn, workflowArn } from "../constructs/arns.ts";
import { BackupTargetControl } from "../constructs/backup-target-control.ts";
import { Budget } from "../constructs/budget.ts";
import { ControlFunction } from "../constructs/control-function.ts";
import { FailureAlarms } from "../constructs/failure-alarms.ts";
import { Hints } from "../constructs/hints.ts";
import { MoonbaseStack, type MoonbaseStackProps } from "../constructs/moonbase-stack.ts";
import { Notices } from "../constructs/notices.ts";
import { Retention } from "../constructs/retention.ts";
import { Sweep } from "../constructs/sweep.ts";
import { Undertakers } from "../constructs/undertakers.ts";
import { Workflow } from "../constructs/workflow.ts";
import { backupGrants } from "../policies/backup.ts";
import { extendGrants } from "../policies/extend.ts";
import type { Grant } from "../policies/grant.ts";
import { launchGrants } from "../policies/launch.ts";
import { keyOfStage, withOwnKey } from "../policies/own-key.ts";
import { reactGrants } from "../policies/react.ts";
import { sshGrants } from "../policies/ssh.ts";
import { sweepGrants } from "../policies/sweep.ts";
import { teardownGrants } from "../policies/teardown.ts";
import {
  backupWorkflowGrants,
  extendWorkflowGrants,
  launchWorkflowGrants,
  sshWorkflowGrants,
  teardownWorkflowGrants,
} from "../policies/workflow.ts";

/** What happens and who decides. Holds no state: it can be replaced at any time, sessions go on. */
export class ControlStack extends MoonbaseStack {
  constructor(scope: Construct, id: string, props: MoonbaseStackProps) {
    super(scope, id, { description: "Moonbase: workflows, functions, rules and schedules", ...props });
    const { config, names } = this;
    const { stage, logRetentionDays: retentionDays } = config;
    const known = blueprintsOf(config);
    const topicKey = config.ownKey
      ? { masterKey: Alias.fromAliasName(this, "OwnKey", names.ownKeyAlias) }
      : {};
    const sealed = (grants: Grant[]) => (config.ownKey ? withOwnKey(grants, keyOfStage(stage)) : grants);
    const notices = new Notices(this, "Notices", { names, email: config.notifyEmail, topicKey });
    const undertakers = new Undertakers(this, "Undertakers", names);

    const shared = { settings: this.settings(), retentionDays };
    const launch = new ControlFunction(this, "Launch", {
      story: "launch",
      functionName: names.lambda("launch"),
      description: "Every step of the launch workflow",
      grants: sealed(launchGrants(stage, names, known, config.sshKeyName)),
      ...shared,
    });
    const teardown = new ControlFunction(this, "Teardown", {
      story: "teardown",
      functionName: names.lambda("teardown"),
      description: "Every step of the teardown workflow",
      grants: sealed(teardownGrants(stage, names, known)),
      ...shared,
    });
    const extend = new ControlFunction(this, "Extend", {
      story: "extend",
      functionName: names.lambda("extend"),
      description: "The one step of the extend workflow",
      grants: extendGrants(names),
      ...shared,
    });
    const backup = new ControlFunction(this, "Backup", {
      story: "backup",
      functionName: names.lambda("backup"),
      description: "Every step of the backup workflow",
      grants: sealed(backupGrants(stage, names, known)),
      ...shared,
    });
    const ssh = new ControlFunction(this, "Ssh", {
      story: "ssh",
      functionName: names.lambda("ssh"),
      description: "The one step of the ssh workflow",
      grants: sealed(sshGrants(stage, names, known)),
      ...shared,
    });
    const react = new ControlFunction(this, "React", {
      story: "react",
      functionName: names.lambda("react"),
      description: "Looks at the facts when an event hints at something",
      grants: sealed(reactGrants(stage, names, config)),
      deadLetterQueue: notices.deadLetters,
      ...shared,
    });
    const sweep = new ControlFunction(this, "Sweep", {
      story: "sweep",
      functionName: names.lambda("sweep"),
      description: "Looks for what no event has told of, ends and repairs it",
      grants: sealed(sweepGrants(names)),
      deadLetterQueue: notices.deadLetters,
      ...shared,
    });
    new Sweep(this, "SweepRule", {
      ruleName: names.sweepRule,
      sweep: sweep.function,
      deadLetters: notices.deadLetters,
    });

    new Workflow(this, "LaunchWorkflow", {
      story: "launch",
      workflowName: names.workflow("launch"),
      substitutions: {
        LaunchFunctionArn: launch.function.functionArn,
        TeardownWorkflowArn: workflowArn(names.workflow("teardown")),
      },
      grants: launchWorkflowGrants(names),
      retentionDays,
    });
    new Workflow(this, "TeardownWorkflow", {
      story: "teardown",
      workflowName: names.workflow("teardown"),
      substitutions: { TeardownFunctionArn: teardown.function.functionArn },
      grants: teardownWorkflowGrants(names),
      retentionDays,
    });
    new Workflow(this, "ExtendWorkflow", {
      story: "extend",
      workflowName: names.workflow("extend"),
      substitutions: { ExtendFunctionArn: extend.function.functionArn },
      grants: extendWorkflowGrants(names),
      retentionDays,
    });
    new Workflow(this, "BackupWorkflow", {
      story: "backup",
      workflowName: names.workflow("backup"),
      substitutions: { BackupFunctionArn: backup.function.functionArn },
      grants: backupWorkflowGrants(names),
      retentionDays,
    });
    new Workflow(this, "SshWorkflow", {
      story: "ssh",
      workflowName: names.workflow("ssh"),
      substitutions: { SshFunctionArn: ssh.function.functionArn },
      grants: sshWorkflowGrants(names),
      retentionDays,
    });
    if (config.retention !== null) {
      const retention = new Retention(this, "Retention", { names, policy: config.retention });
      // It names the group, which CloudFormation would not see.
      retention.node.addDependency(undertakers);
    }
    const { backupTarget: target } = config;
    if (target !== null)
      new BackupTargetControl(this, "BackupTarget", { stage, names, target, sealed, ...shared });
    const events = { stage, names, react: react.function, deadLetters: notices.deadLetters };
    new Hints(this, "Hints", events);
    new Budget(this, "Budget", { ...events, topicKey, monthlyBudget: config.monthlyBudget });
    new FailureAlarms(this, "FailureAlarms", { names, topic: notices.topic });
  }

  /** What `functions/session/settings.ts` reads: names written out as ARNs, so that nothing waits for anything. */
  private settings() {
    const { config, names } = this;
    return {
      stage: config.stage,
      maximumSessions: config.maximumSessions,
      monthlyBudget: config.monthlyBudget,
      onSaveFailure: config.onSaveFailure,
      choices: choicesOf(config),
      ownKey: config.ownKey,
      allowSsh: config.allowSsh,
      sshAllowedCidr: config.sshAllowedCidr,
      retention: config.retention,
      launchWorkflowArn: workflowArn(names.workflow("launch")),
      teardownWorkflowArn: workflowArn(names.workflow("teardown")),
      extendWorkflowArn: workflowArn(names.workflow("extend")),
      sshWorkflowArn: workflowArn(names.workflow("ssh")),
      scheduledWorkflowArns:
        config.backupTarget === null ? {} : { "backup-window": workflowArn(names.workflow("backup-window")) },
      reactFunctionArn: functionArn(names.lambda("react")),
      schedulerRoleArn: roleArn(names.schedulerRole),
      deadLetterQueueArn: arnOf("sqs", names.deadLetterQueue),
      noticesTopicArn: arnOf("sns", names.noticesTopic),
      backupBucket: names.backupBucket(Aws.ACCOUNT_ID, Aws.REGION),
      backupTarget: config.backupTarget,
    };
  }
}
