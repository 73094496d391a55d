/**
 * An SDK request or response type after the API model has checked it: required members are there. The SDK types
 * them `| undefined` all the same.
 */
export type Checked<T> = T extends Date | Uint8Array | string | number | boolean | undefined
  ? T
  : T extends readonly (infer Member)[]
    ? Checked<Member>[]
    : T extends object
      ? { [Key in keyof T]: object extends Pick<T, Key> ? Checked<T[Key]> : Checked<Exclude<T[Key], undefined>> }
      : T;
