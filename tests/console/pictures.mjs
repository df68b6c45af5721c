// Pictures of the console for the documentation, light and dark.
import { base, launch, signIn } from "./browser.mjs";

const browser = await launch();
const state = await signIn(browser, process.env.ANALYST_LINK);
for (const colorScheme of ["light", "dark"]) {
  const context = await browser.newContext({ storageState: state, colorScheme, viewport: { width: 1280, height: 860 } });
  const page = await context.newPage();
  await page.goto(`${base}/console/`);
  await page.click(".row:nth-of-type(3) h2 a");
  await page.waitForSelector("#mark");
  await page.screenshot({ path: `${process.env.IMAGES}/console-${colorScheme}.png` });
  // some marks, so that there is progress to see
  await page.goto(`${base}/console/teaching`);
  for (const button of colorScheme === "light" ? ["yes", "no", "yes"] : []) {
    const lead = await page.textContent(".lead");
    await page.click(`#mark button.${button}`);
    await page.waitForFunction((before) => document.querySelector(".lead").textContent !== before, lead);
  }
  await page.goto(`${base}/console/teaching`);
  await page.waitForSelector("#mark");
  await page.screenshot({ path: `${process.env.IMAGES}/console-teaching-${colorScheme}.png` });
  await context.close();
}
await browser.close();
