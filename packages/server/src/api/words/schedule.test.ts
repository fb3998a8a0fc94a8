import { expect, test } from "vitest";
import { scheduleText } from "./schedule.ts";

test.each([
  ["30 6 * * 1-5", "Monday to Friday at 06:30"],
  ["30 6 * * *", "every day at 06:30"],
  ["@daily", "every day at 00:00"],
  ["@hourly", "every hour"],
  ["15 * * * *", "every hour at :15"],
  ["15 */2 * * *", "every 2 hours at :15"],
  ["0 */6 * * *", "every day at 00:00, 06:00, 12:00 and 18:00"],
  ["* * * * *", "every minute"],
  ["*/5 * * * *", "every 5 minutes"],
  ["*/5 * * * 1-5", "every 5 minutes, Monday to Friday"],
  ["0 9,17 * * 1,3", "Monday and Wednesday at 09:00 and 17:00"],
  ["0 9 * * 0,6", "Saturday and Sunday at 09:00"],
  ["0 9 * * 6,0,1", "Monday, Saturday and Sunday at 09:00"],
  ["0 9 * * 0-6", "every day at 09:00"],
  ["0 0 1,15 * *", "on the 1st and 15th of the month at 00:00"],
  ["0 0 2,3,11,L * *", "on the 2nd, 3rd, 11th and last day of the month at 00:00"],
  ["0 0 1 1,7 *", "on the 1st in January and July at 00:00"],
  ["0 8 * 12 1", "Monday in December at 08:00"],
  ["0 8 * 12 *", "every day in December at 08:00"],
  ["5-10 3 1 * 2", "cron 5-10 3 1 * 2"],
  ["*/7 * * * *", "cron */7 * * * *"],
  ["1-50 3 * * *", "cron 1-50 3 * * *"],
  ["30 0 6 * * *", "cron 30 0 6 * * *"],
  ["61 * * * *", "cron 61 * * * *"],
])("%s is %s", (cron, words) => {
  expect(scheduleText(cron, "Europe/Berlin")).toBe(`${words}, Europe/Berlin`);
});
