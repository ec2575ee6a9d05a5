/** How a text stands in a record of some JSON, and in a text of JSON within it. */
export function spelt(text: string): (written: string) => boolean {
  const inJson = JSON.stringify(text).slice(1, -1);
  const within = JSON.stringify(inJson).slice(1, -1);
  return (written) => written.includes(inJson) || written.includes(within);
}
