// Follow the link that the demo prints, and open its first flagged article.
import { launch } from "./browser.mjs";

const browser = await launch();
const page = await browser.newPage();
page.setDefaultTimeout(20000);
try {
  await page.goto(process.env.LINK);
  await page.click("form button");
  await page.waitForURL("**/console/**");
  await page.goto(new URL("/console/", process.env.LINK).href);
  await page.click(".row h2 a");
  await page.waitForSelector("#mark");
  const words = await page.locator("mark").count();
  console.log(`  ${await page.locator("h1").first().innerText()}: ${words} words marked`);
  process.exitCode = words ? 0 : 1;
} catch (error) {
  console.log(`  ${String(error.message).split("\n")[0]} at ${page.url()}`);
  process.exitCode = 1;
} finally {
  await browser.close();
}
