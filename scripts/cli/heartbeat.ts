/** Milliseconds between two lines of one step: a log of an hour's run stays short. */
const betweenLines = 10_000;

/**
 * How far a step is, for a pipe: a line now and then, where it is another than the one before; nothing of a step that
 * ends sooner.
 * @param clock - milliseconds that pass
 */
export function heartbeat(
  title: string,
  say: (line: string) => void,
  clock: () => number = () => performance.now(),
): (text: string) => void {
  let [next, last] = [clock() + betweenLines, ""];
  return (text) => {
    if (clock() < next || text === last) return;
    [next, last] = [clock() + betweenLines, text];
    say(`${title}: ${text}`);
  };
}
