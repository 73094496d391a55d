/** Compares two versions: negative when the first is older. */
export type VersionOrder = (a: string, b: string) => number;

function sign(difference: number): number {
  return difference === 0 ? 0 : difference < 0 ? -1 : 1;
}

function compareNumbers(a: string, b: string): number {
  return sign(Number(a === "" ? "0" : a) - Number(b === "" ? "0" : b));
}

/** Weight of a character outside numbers: `~` before the end, the end before letters, letters before the rest. */
function weight(text: string, index: number): number {
  const character = text.charAt(index);
  if (character === "" || /\d/.test(character)) return 0;
  if (character === "~") return -1;
  return /[A-Za-z]/.test(character) ? character.charCodeAt(0) : character.charCodeAt(0) + 256;
}

function compareText(a: string, b: string): number {
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const difference = sign(weight(a, index) - weight(b, index));
    if (difference !== 0) return difference;
  }
  return 0;
}

function comparePart(a: string, b: string): number {
  const pattern = /^(\D*)(\d*)/;
  let [restOfA, restOfB] = [a, b];
  while (restOfA !== "" || restOfB !== "") {
    const [allOfA = "", textOfA = "", numberOfA = ""] = pattern.exec(restOfA) ?? [];
    const [allOfB = "", textOfB = "", numberOfB = ""] = pattern.exec(restOfB) ?? [];
    const difference = compareText(textOfA, textOfB) || compareNumbers(numberOfA, numberOfB);
    if (difference !== 0) return difference;
    restOfA = restOfA.slice(allOfA.length);
    restOfB = restOfB.slice(allOfB.length);
  }
  return 0;
}

function partsOf(version: string): readonly [epoch: string, upstream: string, revision: string] {
  const colon = version.indexOf(":");
  const rest = version.slice(colon + 1);
  const dash = rest.lastIndexOf("-");
  const epoch = colon < 0 ? "0" : version.slice(0, colon);
  return dash < 0 ? [epoch, rest, ""] : [epoch, rest.slice(0, dash), rest.slice(dash + 1)];
}

/** https://www.debian.org/doc/debian-policy/ch-controlfields.html#version */
export const dpkgOrder: VersionOrder = (a, b) => {
  const [epochA, upstreamA, revisionA] = partsOf(a);
  const [epochB, upstreamB, revisionB] = partsOf(b);
  return compareNumbers(epochA, epochB) || comparePart(upstreamA, upstreamB) || comparePart(revisionA, revisionB);
};

/** Segments of an rpm version: numbers, words, and `~`. */
function segments(text: string): readonly string[] {
  return text.match(/\d+|[A-Za-z]+|~/g) ?? [];
}

function compareSegments(a: string, b: string): number {
  const [ofA, ofB] = [segments(a), segments(b)];
  for (let index = 0; index < Math.max(ofA.length, ofB.length); index += 1) {
    const [one = "", other = ""] = [ofA[index], ofB[index]];
    if (one === other) continue;
    if (one === "~" || other === "~") return one === "~" ? -1 : 1;
    if (one === "" || other === "") return one === "" ? -1 : 1;
    const [isNumber, otherIsNumber] = [/\d/.test(one), /\d/.test(other)];
    // A number is newer than a word.
    if (isNumber !== otherIsNumber) return isNumber ? 1 : -1;
    return isNumber ? compareNumbers(one, other) : one < other ? -1 : 1;
  }
  return 0;
}

/** https://rpm-software-management.github.io/rpm/man/rpm-version.7 */
export const rpmOrder: VersionOrder = (a, b) => {
  const [epochA, versionA, releaseA] = partsOf(a);
  const [epochB, versionB, releaseB] = partsOf(b);
  return compareNumbers(epochA, epochB) || compareSegments(versionA, versionB) || compareSegments(releaseA, releaseB);
};
