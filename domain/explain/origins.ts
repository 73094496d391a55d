/** Where something stands that a person wrote. */
export interface Origin {
  readonly file: string;
  /** 1-based; left out where the file is known alone. */
  readonly line?: number;
}

/** Where a named setting is from: a preset, the stack file, or a preset that the stack file changes. */
export interface SettingOrigin {
  readonly preset: boolean;
  /** Where the stack file names it; left out where it does not. */
  readonly at?: Origin;
}

/** Knows the files that a plane was made of. */
export interface Origins {
  readonly stackFile: string;
  readonly fleetFile: string;
  /** Line of a setting in the stack file; undefined for what it does not name. */
  readonly lineOf: (path: string) => number | undefined;
  readonly isPreset: (section: string, name: string) => boolean;
}

/** Where a named object of a section is from. */
export function originOf(origins: Origins, section: string, name: string): SettingOrigin {
  const line = origins.lineOf(`${section}.${name}`);
  const preset = origins.isPreset(section, name);
  return line === undefined ? { preset } : { preset, at: { file: origins.stackFile, line } };
}
