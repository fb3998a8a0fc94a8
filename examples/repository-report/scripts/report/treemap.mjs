// Squarified treemap (Bruls, Huizing, van Wijk 2000): rows are filled as long as that makes their boxes squarer.

/** Lays items out in a box by weight: [{ item, left, top, width, height }]. Items without weight get no box. */
export function layOut(items, box, weightOf) {
  const ordered = items.map((item) => ({ item, weight: weightOf(item) })).filter((entry) => entry.weight > 0);
  ordered.sort((a, b) => b.weight - a.weight);
  const total = ordered.reduce((sum, entry) => sum + entry.weight, 0);
  const scale = total === 0 ? 0 : (box.width * box.height) / total;
  const placed = [];
  let free = { ...box };
  for (let at = 0; at < ordered.length; ) {
    const row = takeRow(ordered, at, Math.min(free.width, free.height), scale);
    free = placeRow(row, free, scale, placed);
    at += row.length;
  }
  return placed;
}

function takeRow(ordered, start, side, scale) {
  const row = [ordered[start]];
  let sum = ordered[start].weight * scale;
  let ratio = worst(row, sum, side, scale);
  for (let at = start + 1; at < ordered.length; at++) {
    const next = [...row, ordered[at]];
    const nextSum = sum + ordered[at].weight * scale;
    const nextRatio = worst(next, nextSum, side, scale);
    if (nextRatio > ratio) break;
    row.push(ordered[at]);
    sum = nextSum;
    ratio = nextRatio;
  }
  return row;
}

function worst(row, sum, side, scale) {
  const largest = row[0].weight * scale;
  const smallest = row.at(-1).weight * scale;
  return Math.max((side * side * largest) / (sum * sum), (sum * sum) / (side * side * smallest));
}

function placeRow(row, free, scale, placed) {
  const area = row.reduce((sum, entry) => sum + entry.weight * scale, 0);
  const wide = free.width >= free.height;
  const thickness = area / (wide ? free.height : free.width);
  let along = wide ? free.top : free.left;
  for (const entry of row) {
    const length = (entry.weight * scale) / thickness;
    placed.push(
      wide
        ? { item: entry.item, left: free.left, top: along, width: thickness, height: length }
        : { item: entry.item, left: along, top: free.top, width: length, height: thickness },
    );
    along += length;
  }
  return wide
    ? { ...free, left: free.left + thickness, width: free.width - thickness }
    : { ...free, top: free.top + thickness, height: free.height - thickness };
}
