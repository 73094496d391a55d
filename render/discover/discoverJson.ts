import type { Discovery } from "../../domain/discover/discover.ts";
import { discoverFindings, type DiscoverFindingId } from "../../domain/discover/findings.ts";
import type { ColumnChange } from "../../domain/discover/rows.ts";
import type { Server } from "../../domain/server.ts";

/** A row for programs. */
interface RowJson {
  readonly id: string;
  readonly name: string;
  readonly cloud: "aws" | "azure";
  readonly site: string;
  readonly region: string;
  readonly os: string;
  readonly release: string;
  readonly arch: string;
  readonly patchGroup: string;
  readonly size: number;
}

/** `patchplane discover` for programs; schemas/discover.schema.json is made of this. */
export interface DiscoverJson {
  readonly schema: "patchplane/discover/1";
  readonly stack: string;
  readonly exitCode: number;
  readonly file: string;
  readonly written: boolean;
  readonly kept: number;
  readonly places: readonly {
    readonly kind: "location" | "subscription";
    readonly name: string;
    readonly servers: number | null;
    readonly rows: number;
    readonly failure: string | null;
  }[];
  readonly added: readonly RowJson[];
  readonly gone: readonly RowJson[];
  readonly changed: readonly {
    readonly id: string;
    readonly name: string;
    readonly columns: readonly ColumnChange[];
  }[];
  readonly findings: readonly {
    readonly id: DiscoverFindingId;
    readonly what: string;
    readonly site: string | null;
    readonly server: string | null;
    readonly name: string;
    readonly detail: string;
    readonly todo: string;
  }[];
}

function rowJson({ id, name, cloud, site, region, os, release, arch, patchGroup, size }: Server): RowJson {
  return { id, name, cloud, site, region, os, release, arch, patchGroup, size };
}

/** A discovery for programs. */
export function discoverJson(
  stack: string,
  discovery: Discovery,
  { file, written }: { readonly file: string; readonly written: boolean },
  exitCode: number,
): DiscoverJson {
  return {
    schema: "patchplane/discover/1",
    stack,
    exitCode,
    file,
    written,
    kept: discovery.kept,
    places: discovery.places.map(({ kind, name, servers, rows, failure }) => {
      return { kind, name, servers: failure === undefined ? servers : null, rows, failure: failure ?? null };
    }),
    added: discovery.added.map(rowJson),
    gone: discovery.gone.map(rowJson),
    changed: discovery.changed.map(({ server, columns }) => ({ id: server.id, name: server.name, columns })),
    findings: discovery.findings.map(({ id, site, server, name, detail, todo }) => ({
      id,
      what: discoverFindings[id].what,
      site: site ?? null,
      server: server ?? null,
      name,
      detail,
      todo: todo ?? discoverFindings[id].todo,
    })),
  };
}
