// A browser on the console: signed in by a one-time link, with every fault of a page collected.
import { chromium } from "playwright-core";

export const base = process.env.CONSOLE;
export const launch = () =>
  chromium.launch({ executablePath: process.env.CHROMIUM, args: ["--no-sandbox", "--disable-gpu"] });

// The cookies of somebody who has opened the link.
export async function signIn(browser, link) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(base + new URL(link, base).pathname);
  await page.click("form button");
  await page.waitForURL("**/console/account**");
  const state = await context.storageState();
  await context.close();
  return state;
}

// Faults of a page: scripts of publishers, blocked contents, requests elsewhere, errors.
export async function watch(context, faults) {
  await context.addInitScript(() => {
    globalThis.__blocked = [];
    document.addEventListener("securitypolicyviolation", (event) => {
      globalThis.__blocked.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`);
    });
  });
  context.on("page", (page) => {
    page.on("dialog", (dialog) => { faults.push(`${page.url()}: a script ran`); dialog.dismiss(); });
    page.on("pageerror", (error) => faults.push(`${page.url()}: ${error.message}`));
    page.on("console", (message) => {
      if (message.text().includes("status of 400")) return; // a form that was refused, as it should
      if (message.type() === "error") faults.push(`${page.url()}: ${message.text()}`);
    });
    page.on("request", (request) => {
      if (!request.url().startsWith(base) && !request.url().startsWith("data:")) {
        faults.push(`${page.url()}: asks for ${request.url()}`);
      }
    });
  });
}

// Runs what a person does in a context of its own, and counts what went as it should.
export function flowRunner(browser, defaults, faults) {
  let flows = 0;
  async function flow(name, options, steps) {
    const context = await browser.newContext({ ...defaults, ...options });
    await watch(context, faults);
    const page = await context.newPage();
    // A busy machine is slow, which is no fault of a page: a fault is what never comes.
    page.setDefaultTimeout(30000);
    try {
      await page.goto(`${base}/console/`);
      await steps(page);
      flows += 1;
    } catch (error) {
      faults.push(`${name}: ${String(error.message).split("\n")[0]} at ${page.url()}`);
    }
    await context.close();
  }
  return { flow, count: () => flows };
}

export async function blocked(page, faults) {
  for (const report of await page.evaluate(() => globalThis.__blocked ?? [])) faults.push(`${page.url()}: blocked ${report}`);
}

export function report(name, faults, sentence) {
  const few = [...new Set(faults)];
  for (const fault of few.slice(0, 40)) console.log(`  ${fault}`);
  if (few.length > 40) console.log(`  … and ${few.length - 40} more`);
  console.log(`  ${sentence}: ${few.length} faults`);
  process.exitCode = few.length ? 1 : 0;
}
