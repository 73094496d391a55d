import type { SimulatedCloud } from "../../state/cloud.ts";
import { temporaryKeyId } from "../../http/credentials.ts";
import type { HttpRequest, HttpResponse } from "../../http/exchange.ts";

const namespace = "https://sts.amazonaws.com/doc/2011-06-15/";
const usualSeconds = 3600;
const shortestSeconds = 900;
const longestSeconds = 43_200;
const rolePattern = /^arn:(aws(?:-[a-z]+)*):iam::(\d{12}):role\/([\w+=,.@/-]+)$/;
const sessionPattern = /^[\w+=,.@-]*$/;
const shortestSession = 2;
const longestSession = 64;

class StsError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.name = "StsError";
    this.code = code;
    this.status = status;
  }
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function xml(fields: Readonly<Record<string, string | Readonly<Record<string, string>>>>): string {
  return Object.entries(fields)
    .map(([name, value]) => `<${name}>${typeof value === "string" ? escaped(value) : xml(value)}</${name}>`)
    .join("");
}

function response(status: number, body: string, requestId: string): HttpResponse {
  return { status, headers: { "content-type": "text/xml", "x-amzn-requestid": requestId }, body };
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html, RoleSessionName */
function sessionFault(session: string): string | undefined {
  if (session.length < shortestSession)
    return `Member must have length greater than or equal to ${String(shortestSession)}`;
  if (session.length > longestSession) return `Member must have length less than or equal to ${String(longestSession)}`;
  return sessionPattern.test(session) ? undefined : "Member must satisfy regular expression pattern: [\\w+=,.@-]*";
}

/** The role's id and the session's name; https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable */
function assumedRoleId(keyId: string, sessionArn: string): string {
  return `AROA${keyId.slice(4)}:${sessionArn.slice(sessionArn.lastIndexOf("/") + 1)}`;
}

function assumeRole(cloud: SimulatedCloud, form: URLSearchParams, caller: string): string {
  const roleArn = form.get("RoleArn") ?? "";
  const session = form.get("RoleSessionName") ?? "";
  const seconds = Number(form.get("DurationSeconds") ?? usualSeconds);
  const [, partition = "aws", accountId = "", rolePath = ""] = rolePattern.exec(roleArn) ?? [];
  if (accountId === "") throw new StsError("ValidationError", `${roleArn} is invalid`);
  const fault = sessionFault(session);
  if (fault !== undefined)
    throw new StsError(
      "ValidationError",
      `1 validation error detected: Value '${session}' at 'roleSessionName' failed to satisfy constraint: ${fault}`,
    );
  if (!Number.isInteger(seconds) || seconds < shortestSeconds || seconds > longestSeconds)
    throw new StsError(
      "ValidationError",
      `The requested DurationSeconds exceeds the MaxSessionDuration set for this role.`,
    );
  if (!cloud.world.accountIds.includes(accountId))
    throw new StsError(
      "AccessDenied",
      `User: ${caller} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
      403,
    );
  const role = rolePath.slice(rolePath.lastIndexOf("/") + 1);
  const keyId = temporaryKeyId(accountId, cloud.serial("session"));
  const known = cloud.identity.roles.get(roleArn);
  if (known !== undefined) cloud.identity.sessions.set(keyId, { role: known, name: session });
  const arn = `arn:${partition}:sts::${accountId}:assumed-role/${role}/${session}`;
  cloud.identity.sessionArns.set(keyId, arn);
  return xml({
    Credentials: {
      AccessKeyId: keyId,
      SecretAccessKey: `secret/${keyId}`,
      SessionToken: `session/${keyId}`,
      // Callers compare this with their own clock, so it follows the wall clock, not the virtual one.
      Expiration: new Date(Date.now() + seconds * 1000).toISOString(),
    },
    AssumedRoleUser: {
      AssumedRoleId: assumedRoleId(keyId, arn),
      Arn: arn,
    },
  });
}

/** Who calls: a session as its role's, and anybody else as the account's user. */
function identityOf(cloud: SimulatedCloud, accessKeyId: string | undefined): Readonly<Record<string, string>> {
  const Account = cloud.accountOf(accessKeyId);
  const arn = cloud.identity.sessionArns.get(accessKeyId ?? "");
  return arn === undefined || accessKeyId === undefined
    ? { Arn: cloud.callerArn(Account), UserId: "AIDAPATCHPLANE", Account }
    : { Arn: arn, UserId: assumedRoleId(accessKeyId, arn), Account };
}

/**
 * Answers AssumeRole and GetCallerIdentity of the STS query API. A role can be assumed in every account of the world,
 * whether anybody made it or not, and in no other; of a role that the cloud was started with, the session has its rights.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
export function answerSts(cloud: SimulatedCloud, request: HttpRequest): HttpResponse {
  const form = new URLSearchParams(request.body.toString("utf8"));
  const action = form.get("Action") ?? "";
  const requestId = cloud.requestId();
  const identity = identityOf(cloud, request.scope?.accessKeyId);
  const metadata = `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`;
  const wrapped = (result: string): HttpResponse =>
    response(
      200,
      `<${action}Response xmlns="${namespace}"><${action}Result>${result}</${action}Result>${metadata}</${action}Response>`,
      requestId,
    );
  try {
    if (action === "GetCallerIdentity") return wrapped(xml(identity));
    if (action === "AssumeRole") return wrapped(assumeRole(cloud, form, identity["Arn"] ?? ""));
    throw new StsError("InvalidAction", `Could not find operation ${action} for version ${form.get("Version") ?? ""}`);
  } catch (error) {
    if (!(error instanceof StsError)) throw error;
    const fault = xml({ Error: { Type: "Sender", Code: error.code, Message: error.message }, RequestId: requestId });
    return response(error.status, `<ErrorResponse xmlns="${namespace}">${fault}</ErrorResponse>`, requestId);
  }
}
