import { readFileSync } from "node:fs";
import { expect } from "chai";
import { engineVersion } from "../../engine/resolve.ts";
import { filled } from "./expressions.ts";
import { setupActionText, stepsOf, workflow, workflowNames, workflowText } from "./workflowFiles.ts";

/** Every action with the version its hash stands for; the hashes were read with these versions in public workflows. */
const pins: Readonly<Record<string, string>> = {
  "actions/checkout": "8e8c483db84b4bee98b60c0593521ed34d9990e8 # v6.0.1",
  "actions/setup-node": "395ad3262231945c25e8478fd5baf05154b1d79f # v6.1.0",
  "actions/setup-java": "be666c2fcd27ec809703dec50e508c2fdc7f6654 # v5.2.0",
  "actions/upload-artifact": "b7c566a772e6b6bfb58ed0dc250532a479d7789f # v6.0.0",
  "actions/deploy-pages": "cd2ce8fcbc39b97be8ca5fce6e763baed58fa128 # v5.0.0",
  "actions/upload-pages-artifact": "fc324d3547104276b827a68afc52ff2a11cc49c9 # v5.0.0",
  "actions/download-artifact": "37930b1c2abaa49bbe596cd826c3c89aef350131 # v7.0.0",
  "aws-actions/configure-aws-credentials": "ec61189d14ec14c8efccab744f656cffd0e33f37 # v6.1.0",
  "azure/login": "a457da9ea143d694b1b9c7c869ebb04ebe844ef5 # v2.3.0",
  "pulumi/actions": "8e5e406f4007fca908480587cb9893c07090f58d # v7.0.0",
};

/** What a job may be given; everything else is a decision to make here first. */
const permissions: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "pull-request.yml check": { contents: "read" },
  "pull-request.yml test": { contents: "read" },
  "pull-request.yml changed": { contents: "read" },
  "pull-request.yml plan": { contents: "read" },
  "pull-request.yml rehearse": { contents: "read" },
  "pull-request.yml preview": { contents: "read", "id-token": "write" },
  "pull-request.yml comment": { contents: "read", "pull-requests": "write" },
  "pull-request.yml review": {},
  "deploy.yml check": { contents: "read" },
  "deploy.yml deploy": { contents: "read", "id-token": "write", "pull-requests": "read" },
  "nightly.yml environments": { contents: "read" },
  "nightly.yml accounts": { contents: "read" },
  "nightly.yml vendor-support": { contents: "read" },
  "nightly.yml package-versions": { contents: "read" },
  "nightly.yml sql": { contents: "read" },
  "nightly.yml fuzz": { contents: "read" },
  "nightly.yml drift": { contents: "read", "id-token": "write" },
  "operate.yml operate": { contents: "read", "id-token": "write" },
  "nightly.yml reports": { contents: "read", "id-token": "write" },
  "nightly.yml pages": { pages: "write", "id-token": "write" },
  "review-weekly.yml environments": { contents: "read" },
  "review-weekly.yml propose": { contents: "write", "pull-requests": "write", "id-token": "write" },
};

/** Jobs with credentials that work with no state. */
const withoutState: readonly string[] = [
  "nightly.yml pages",
  "nightly.yml reports",
  "operate.yml operate",
  "review-weekly.yml propose",
];

const texts = [
  ...workflowNames().map((name) => [name, workflowText(name)] as const),
  ["setup", setupActionText()] as const,
];

describe("workflows", () => {
  it("use every action of others by a full commit hash, with its version beside it", () => {
    const used = texts.flatMap(([name, text]) =>
      [...text.matchAll(/uses:\s*(\S+?)(?:@(.*))?$/gm)].map(([, action = "", pin = ""]) => ({ name, action, pin })),
    );
    const foreign = used.filter(({ action }) => !action.startsWith("./"));
    expect(foreign.length).to.be.greaterThan(15);
    for (const { name, action, pin } of foreign) {
      expect(pin, `${name}: ${action}`).to.match(/^[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
      expect(pin, `${name}: ${action}`).to.equal(pins[action]);
    }
    expect(new Set(foreign.map(({ action }) => action))).to.deep.equal(new Set(Object.keys(pins)));
  });

  it("give nothing to a job but what is written for it, and nothing by default", () => {
    const given: Record<string, unknown> = {};
    for (const name of workflowNames()) {
      const { permissions: byDefault, jobs } = workflow(name);
      expect(byDefault, name).to.deep.equal({});
      for (const [job, { permissions: own }] of Object.entries(jobs)) given[`${name} ${job}`] = own;
    }
    expect(given).to.deep.equal(permissions);
  });

  it("hold no key and no secret: clouds are entered by OIDC, GitHub by the job's own token", () => {
    for (const [name, text] of texts) {
      expect(text, name).not.to.match(
        /secrets\.|AWS_SECRET_ACCESS_KEY|aws-access-key-id|client-secret|PASSPHRASE|ACCESS_TOKEN/i,
      );
      expect(text, name).not.to.match(/AKIA[0-9A-Z]{16}|gh[ps]_[A-Za-z0-9]{20}/);
    }
  });

  it("never run on pull_request_target or another event that gives a fork's code the base's rights", () => {
    const events = workflowNames().map((name) => [name, Object.keys(workflow(name).on).sort()] as const);
    expect(Object.fromEntries(events)).to.deep.equal({
      "deploy.yml": ["push", "workflow_dispatch"],
      "nightly.yml": ["schedule", "workflow_dispatch"],
      "operate.yml": ["workflow_dispatch"],
      "pull-request.yml": ["pull_request"],
      "review-weekly.yml": ["schedule", "workflow_dispatch"],
    });
  });

  it("run the base's code beside the token that comments, and read the rest as data", () => {
    const { comment } = workflow("pull-request.yml").jobs;
    const [checkout] = comment?.steps ?? [];
    expect(checkout?.with).to.include({
      ref: "${{ github.event.pull_request.base.sha }}",
      "persist-credentials": false,
    });
    const withToken = (comment?.steps ?? []).filter((step) => JSON.stringify(step).includes("github.token"));
    expect(withToken.map(({ name }) => name)).to.deep.equal(["Post it"]);
    expect(withToken[0]?.if).to.contain("head.repo.full_name == github.repository");
  });

  it("give credentials only where no fork's code runs", () => {
    for (const name of workflowNames()) {
      for (const [job, { permissions: own, if: condition }] of Object.entries(workflow(name).jobs)) {
        if (own?.["id-token"] === undefined || name !== "pull-request.yml") continue;
        expect(condition, job).to.contain("github.event.pull_request.head.repo.full_name == github.repository");
      }
    }
  });

  it("leave no token in the checkout", () => {
    const checkouts = workflowNames()
      .flatMap((name) => stepsOf(workflow(name)))
      .filter(([, { uses }]) => uses?.startsWith("actions/checkout"));
    expect(checkouts.length).to.be.greaterThan(7);
    for (const [job, step] of checkouts) expect(step.with?.["persist-credentials"], job).to.equal(false);
  });

  it("put no value of an expression into a script, where it could be a command", () => {
    for (const name of workflowNames()) {
      for (const [job, { run }] of stepsOf(workflow(name))) expect(run ?? "", `${name} ${job}`).not.to.contain("${{");
    }
  });

  // https://www.gnu.org/software/bash/manual/html_node/Simple-Command-Expansion.html: only an assignment ends with it
  it("lose no command's exit code in the words of another", () => {
    for (const [name, text] of texts) {
      for (const line of text.split("\n")) {
        if (line.includes("$(")) expect(line, name).to.match(/^\s*\w+="?\$\(.*\)"?$/);
      }
    }
  });

  it("end every job in time, and let no two runs meet on one environment or pull request", () => {
    const groups = new Map<string, boolean>();
    for (const name of workflowNames()) {
      const { concurrency, jobs } = workflow(name);
      for (const [job, each] of Object.entries(jobs)) {
        expect(each["timeout-minutes"], `${name} ${job}`).to.be.a("number");
        const group = each.concurrency ?? concurrency;
        if (each.permissions?.["id-token"] === undefined) continue;
        expect(group, `${name} ${job}`).not.to.equal(undefined);
        groups.set(`${name} ${job}: ${group?.group ?? ""}`, group?.["cancel-in-progress"] ?? true);
      }
    }
    expect(Object.fromEntries(groups)).to.deep.equal({
      "deploy.yml deploy: deploy-${{ matrix.environment }}": false,
      "nightly.yml drift: nightly": false,
      "nightly.yml pages: nightly": false,
      "nightly.yml reports: nightly": false,
      "operate.yml operate: operate-${{ inputs.stack }}${{ inputs.action == 'stop' && '-stop' || '' }}": false,
      "pull-request.yml preview: pull-request-${{ github.event.pull_request.number }}": true,
      "review-weekly.yml propose: review-weekly": false,
    });
  });

  it("run no package's install script, and share no cache that a pull request's job could fill", () => {
    const installs = texts.flatMap(([name, text]) =>
      [...text.matchAll(/npm (?:ci|i|install)\b.*/g)].map(([line]) => [name, line] as const),
    );
    expect(installs).to.have.lengthOf(1);
    for (const [name, line] of installs) expect(line, name).to.contain("--ignore-scripts");
    for (const [name, text] of texts) {
      expect(text, name).not.to.match(/^\s*cache(-dependency-path)?:|actions\/cache/m);
    }
    // setup-node keeps a cache by itself where it finds a package manager.
    expect(setupActionText()).to.contain("package-manager-cache: false");
  });

  it("take the lockfile's providers and no other, before anything reads a state", () => {
    const { dependencies, scripts } = JSON.parse(readFileSync("package.json", "utf8")) as Record<
      string,
      Readonly<Record<string, string>>
    >;
    expect(scripts?.["plugins"]?.split(" && ")).to.deep.equal(
      ["aws", "azure-native"].map(
        (name) => `pulumi plugin install resource ${name} ${dependencies?.[`@pulumi/${name}`]}`,
      ),
    );
    let jobs = 0;
    for (const name of workflowNames()) {
      for (const [job, { env, steps }] of Object.entries(workflow(name).jobs)) {
        const runs = steps.map(({ run }) => run ?? "");
        const first = runs.findIndex((run) => /\bpulumi (up|preview|refresh)\b/.test(run));
        if (first < 0) continue;
        jobs += 1;
        expect(env?.["PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"], `${name} ${job}`).to.equal("true");
        const installed = runs.findIndex((run) => run.includes("npm run --silent plugins"));
        expect(installed, `${name} ${job}`).to.be.within(0, first - 1);
      }
    }
    expect(jobs).to.equal(3);
  });

  it("know Dependabot by the pull request's author, whoever ran the workflow again", () => {
    for (const [name, text] of texts) expect(text, name).not.to.contain("github.actor");
    const { preview, comment } = workflow("pull-request.yml").jobs;
    const author = "github.event.pull_request.user.login != 'dependabot[bot]'";
    expect(preview?.if).to.contain(author);
    expect(comment?.steps.find((step) => step.name === "Post it")?.if).to.contain(author);
  });

  it("work with the state of their own environment, and with no other", () => {
    const seen: string[] = [];
    for (const name of workflowNames()) {
      for (const [job, { env, permissions: own }] of Object.entries(workflow(name).jobs)) {
        if (own?.["id-token"] === undefined) continue;
        if (withoutState.includes(`${name} ${job}`)) {
          expect(JSON.stringify(workflow(name).jobs[job]), job).not.to.match(/pulumi/i);
          continue;
        }
        const url = (given: string): string =>
          filled(env?.["PULUMI_BACKEND_URL"] ?? "", {
            vars: given === "" ? {} : { PULUMI_BACKEND_URL: given },
            matrix: { environment: "prod" },
          });
        expect(url("s3://acme-pulumi-state"), `${name} ${job}`).to.equal("s3://acme-pulumi-state/prod");
        expect(url(""), `${name} ${job}`).to.equal("");
        seen.push(`${name} ${job}`);
      }
    }
    expect(seen).to.have.lengthOf(3);
  });

  it("deploy and operate only in an environment of GitHub's, which may ask for a reviewer", () => {
    expect(workflow("deploy.yml").jobs["deploy"]?.environment).to.equal("${{ matrix.environment }}");
    expect(workflow("operate.yml").jobs["operate"]?.environment).to.equal("${{ inputs.stack }}");
  });

  it("use the Pulumi CLI that the engine suite was run with", () => {
    const versions = workflowNames()
      .flatMap((name) => stepsOf(workflow(name)))
      .flatMap(([, step]) => step.with?.["pulumi-version"] ?? []);
    expect([...new Set(versions)]).to.deep.equal([engineVersion]);
  });
});
