// Commits per day, gathered to as many bars as a chart can show: days, weeks, months, quarters or years.

const DAY_MS = 86_400_000;
const MONTH_NAMES = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** { unit, bars: [{ label, value, mark }] } without gaps, from { "2024-03-05": commits }. */
export function periodsOf(byDay) {
  // Clocks of authors are sometimes wrong by decades; what is before git's time or after tomorrow is no period.
  const latest = new Date(Date.now() + 2 * DAY_MS).toISOString().slice(0, 10);
  const days = Object.keys(byDay).filter((day) => day >= "1990-01-01" && day <= latest);
  if (days.length === 0) return { unit: "day", bars: [] };
  const first = new Date(`${days[0]}T00:00:00Z`);
  const last = new Date(`${days.at(-1)}T00:00:00Z`);
  const unit = unitFor((last - first) / DAY_MS);
  const bars = new Map();
  for (let at = startOf(first, unit); at <= last; at = nextOf(at, unit))
    bars.set(at.getTime(), { ...nameOf(at, unit), value: 0 });
  for (const day of days) bars.get(startOf(new Date(`${day}T00:00:00Z`), unit).getTime()).value += byDay[day];
  return { unit, bars: [...bars.values()] };
}

function unitFor(days) {
  if (days <= 60) return "day";
  if (days <= 2 * 366) return "week";
  if (days <= 12 * 366) return "month";
  return days <= 40 * 366 ? "quarter" : "year";
}

function startOf(at, unit) {
  const [year, month, day] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()];
  if (unit === "day") return new Date(Date.UTC(year, month, day));
  if (unit === "week") return new Date(Date.UTC(year, month, day - ((at.getUTCDay() + 6) % 7)));
  if (unit === "month") return new Date(Date.UTC(year, month, 1));
  return new Date(Date.UTC(year, unit === "quarter" ? month - (month % 3) : 0, 1));
}

function nextOf(at, unit) {
  const [year, month, day] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()];
  if (unit === "day") return new Date(Date.UTC(year, month, day + 1));
  if (unit === "week") return new Date(Date.UTC(year, month, day + 7));
  const months = { month: 1, quarter: 3, year: 12 }[unit];
  return new Date(Date.UTC(year, month + months, 1));
}

/** `mark` is the word on the axis: where a year begins, in short histories where a month does. */
function nameOf(at, unit) {
  const [year, month, day] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()];
  const name = MONTH_NAMES[month];
  if (unit === "day")
    return { label: `${day} ${name} ${year}`, mark: at.getUTCDay() === 1 ? `${day} ${name}` : undefined };
  if (unit === "week")
    return { label: `week of ${day} ${name} ${year}`, mark: day <= 7 ? `${name} ${year}` : undefined };
  if (unit === "month") return { label: `${name} ${year}`, mark: month === 0 ? String(year) : undefined };
  if (unit === "quarter")
    return {
      label: `${name} to ${MONTH_NAMES[month + 2]} ${year}`,
      mark: month === 0 ? String(year) : undefined,
    };
  return { label: String(year), mark: String(year) };
}
