/** The item with that number, where there must be one: a number outside of the list is a bug, and throws. */
export function itemAt<Item>(list: readonly Item[], number: number): Item {
  const item = list[number];
  if (item === undefined) throw new Error(`there is no item ${number} in a list of ${list.length}`);
  return item;
}
