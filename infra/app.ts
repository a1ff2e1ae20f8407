import { App } from "aws-cdk-lib";
import { addMoonbase } from "./moonbase.ts";

addMoonbase(new App({ analyticsReporting: false }));
