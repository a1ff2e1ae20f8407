import { Construct } from "constructs";
import type { BackupTargetSettings } from "../../functions/session/backup-target.ts";
import { backupWindowGrants } from "../policies/backup-window.ts";
import { deviceGrants } from "../policies/device.ts";
import type { Grant } from "../policies/grant.ts";
import type { Names } from "../policies/shared.ts";
import { backupWindowWorkflowGrants, deviceWorkflowGrants } from "../policies/workflow.ts";
import { workflowArn } from "./arns.ts";
import { ControlFunction } from "./control-function.ts";
import { regularSchedule } from "./regular-schedule.ts";
import { Workflow } from "./workflow.ts";

interface BackupTargetControlProps {
  stage: string;
  names: Names;
  target: BackupTargetSettings;
  settings: object;
  /** What its functions may do with the operator's own key, where there is one. */
  sealed: (grants: Grant[]) => Grant[];
  retentionDays: number;
}

/** What opens windows of the backup target, snapshots its volume and knows its devices. There only when it is opted into. */
export class BackupTargetControl extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { stage, names, target, settings, sealed, retentionDays }: BackupTargetControlProps,
  ) {
    super(scope, id);
    const name = names.workflow("backup-window");
    const { function: steps } = new ControlFunction(this, "Steps", {
      story: "backup-window",
      functionName: names.lambda("backup-window"),
      description: "Every step of the backup-window workflow",
      grants: sealed(backupWindowGrants(stage, names)),
      settings,
      retentionDays,
    });
    new Workflow(this, "Workflow", {
      story: "backup-window",
      workflowName: name,
      substitutions: {
        BackupWindowFunctionArn: steps.functionArn,
        LaunchWorkflowArn: workflowArn(names.workflow("launch")),
      },
      grants: backupWindowWorkflowGrants(names),
      retentionDays,
    });
    const { function: registry } = new ControlFunction(this, "Registry", {
      story: "device",
      functionName: names.lambda("device"),
      description: "The one step of the device workflow",
      grants: sealed(deviceGrants(names)),
      settings,
      retentionDays,
    });
    new Workflow(this, "DeviceWorkflow", {
      story: "device",
      workflowName: names.workflow("device"),
      substitutions: { DeviceFunctionArn: registry.functionArn },
      grants: deviceWorkflowGrants(names),
      retentionDays,
    });
    if (target.windowSchedule === null) return;
    regularSchedule(this, {
      names,
      // No session has a name with an underscore: nobody takes it for an undertaker.
      name: "backup_window",
      description: "Opens a backup window",
      expression: target.windowSchedule,
      timeZone: target.timeZone,
      work: "backup-window",
      input: { requestedBy: "the schedule backup_window" },
      patience: 3_600,
    });
  }
}
