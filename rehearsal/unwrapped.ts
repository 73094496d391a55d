/** Key that marks a special value on the wire, beside its `value`. */
export const secretSignature = "4dabf18193072939515e22adb298388d";

function unwrap(value: unknown, path: string, secretPaths: string[]): unknown {
  if (Array.isArray(value)) return value.map((item, index) => unwrap(item, `${path}[${String(index)}]`, secretPaths));
  if (typeof value !== "object" || value === null) return value;
  if (secretSignature in value && "value" in value) {
    secretPaths.push(path);
    return unwrap(value.value, path, secretPaths);
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, unwrap(item, path === "" ? key : `${path}.${key}`, secretPaths)]),
  );
}

/**
 * A registration's inputs with the secret marks taken off.
 * @param secretPaths - takes the paths of what was marked, e.g. `protectedSettings`
 */
export function unwrapped(inputs: unknown, secretPaths: string[] = []): unknown {
  return unwrap(inputs, "", secretPaths);
}
