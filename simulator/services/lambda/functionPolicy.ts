import type { SimulatedCloud } from "../../state/cloud.ts";
import { recordsOf, textIn, type Place } from "../records.ts";

/**
 * The statements by which a function lets others call it, as one policy, in the spelling of Lambda's; undefined where
 * nobody may.
 * https://docs.aws.amazon.com/lambda/latest/api/API_GetPolicy.html
 */
export function functionPolicy(cloud: SimulatedCloud, place: Place, functionArn: string): string | undefined {
  const name = functionArn.slice(functionArn.lastIndexOf(":") + 1);
  const own = recordsOf(cloud, place, "lambda-permission").filter((each) => textIn(each, "function") === name);
  if (own.length === 0) return undefined;
  const Statement = own.map((each) => ({
    Sid: textIn(each, "statementId"),
    Effect: "Allow",
    Principal: { Service: textIn(each, "principal") },
    Action: textIn(each, "action"),
    Resource: functionArn,
    Condition: {
      ...(each["sourceArn"] === undefined ? {} : { ArnLike: { "AWS:SourceArn": textIn(each, "sourceArn") } }),
      ...(each["sourceAccount"] === undefined
        ? {}
        : { StringEquals: { "AWS:SourceAccount": textIn(each, "sourceAccount") } }),
    },
  }));
  return JSON.stringify({ Version: "2012-10-17", Id: "default", Statement });
}
