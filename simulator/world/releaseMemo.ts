/** Makes each release once, when somebody first asks for it. */
export function memoised<T>(make: (index: number) => T): (index: number) => T {
  const known = new Map<number, T>();
  return (index) => {
    const value = known.get(index) ?? make(index);
    known.set(index, value);
    return value;
  };
}
