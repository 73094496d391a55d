import { mkdirSync } from "node:fs";
import { join } from "node:path";

/** How a program is started in a place of its own. */
interface PlacedRun {
  readonly args: readonly string[];
  readonly options: { readonly env: Readonly<Record<string, string>> };
}

/** Shell that lays overlays over what the agent writes to; `"$1"` is a folder of its own, and may say which boot it is. */
const overlays = `set -e
for at in etc var/lib var/log usr/bin usr/sbin root; do
  mkdir -p "$1/upper/$at" "$1/work/$at"
  mount -t overlay overlay -o "lowerdir=/$at,upperdir=$1/upper/$at,workdir=$1/work/$at" "/$at"
done
[ ! -e "$1/boot_id" ] || mount --bind "$1/boot_id" /proc/sys/kernel/random/boot_id`;

/**
 * Arguments and options of `unshare` for a command of the agent. It writes the credentials of its role to the shared
 * credentials file, which is wherever the environment says, else in the home folder: so it gets nothing of the caller's
 * environment, and a home below `folder`.
 * https://docs.aws.amazon.com/sdkref/latest/guide/file-location.html
 */
export function inOwnPlace(folder: string, command: string): PlacedRun {
  const home = join(folder, "home");
  mkdirSync(home, { recursive: true });
  const script = `${overlays}\n${command}`;
  return {
    args: ["--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "bash", "-c", script, "bash", folder],
    options: { env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", HOME: home } },
  };
}
