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
  await context.close();
}
await browser.close();
