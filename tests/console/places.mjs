// Every place × light and dark × phone and desktop: axe (WCAG 2.2 A and AA), contrast of text in
// charts, no sideways scroll at 320 px; every page once through html-validate.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { HtmlValidate } from "html-validate";
import { base, blocked, launch, report, signIn, watch } from "./browser.mjs";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"];
const validator = new HtmlValidate({
  extends: ["html-validate:recommended"],
  rules: {
    "attribute-allowed-values": "error",
    // several boxes of one name are a list
    "form-dup-name": ["error", { shared: ["radio", "checkbox", "button", "reset", "submit"] }],
    "no-inline-style": "error",
    "no-trailing-whitespace": "off", // of templates: invisible
    "long-title": "off", // headlines of publishers
    "void-style": "off",
    "svg-focusable": "off", // of browsers that are gone
    "prefer-native-element": "off",
    "no-implicit-button-type": "off", // a button in a form submits it: meant so
    "attribute-boolean-style": "off",
    "require-sri": "off", // files of our own, at addresses with their digest
  },
});

// Colours are read as the browser draws them; the nearest opaque background counts.
function contrastOfChartText() {
  const luminance = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const parts = (text) => (text.match(/[\d.]+/g) ?? []).map(Number);
  const background = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parts(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour.slice(0, 3);
    }
    return [255, 255, 255];
  };
  const faults = [];
  for (const text of document.querySelectorAll("svg text")) {
    if (!text.textContent.trim()) continue;
    const [one, other] = [parts(getComputedStyle(text).fill), background(text.closest("svg"))]
      .map((colour) => luminance(colour)).sort((a, b) => b - a);
    const ratio = (one + 0.05) / (other + 0.05);
    if (ratio < 4.5) faults.push(`"${text.textContent.slice(0, 30)}" has a contrast of ${ratio.toFixed(1)}`);
  }
  return faults;
}

const browser = await launch();
const faults = [];
const state = await signIn(browser, process.env.ADMIN_LINK);

// the places of the rail, and the pages that they lead to
const outside = await browser.newContext();
const context = await browser.newContext({ storageState: state });
const page = await context.newPage();
await page.goto(`${base}/console/`);
const rail = await page.$$eval(".rail li a", (links) => links.map((link) => link.getAttribute("href")));
const first = await page.$eval(".row h2 a", (link) => link.getAttribute("href"));
const key = new URL(first, base).searchParams.get("open");
await page.goto(`${base}/console/stories`);
const story = await page.$eval('main a[href^="/console/stories/"]:not([href$=".json"])', (link) => link.getAttribute("href"));
await page.goto(`${base}/console/feeds`);
const feed = await page.$eval('main a[href^="/console/feeds/"]', (link) => link.getAttribute("href"));
await page.goto(`${base}/console/subscriptions`);
const subscription = await page.$eval('main th a[href^="/console/subscriptions/"]', (link) => link.getAttribute("href"));
await page.goto(base + subscription);
await page.click('form[action$="/links"] button');
const address = await page.locator("dd code", { hasText: "/manage/" }).textContent();
const manage = new URL(address).pathname;
await page.goto(`${base}/console/deliveries`);
const delivery = await page.$eval('main th a[href^="/console/deliveries/"]', (link) => link.getAttribute("href"));
await context.close();
const paths = [...new Set([
  ...rail, first, story, feed, subscription, "/console/subscriptions/new", delivery, "/console/deliveries/replay", manage, `${manage}/webhooks`, `/console/articles/${key}`, "/console/?show=all", "/console/?q=lang:xx",
  "/console/search?q=kursk", "/console/search?q=(kursk", "/console/searches", "/console/search?q=nothingmatches",
  "/console/keywords?view=toml", "/console/account", "/console/audit", "/console/keys", "/console/more", "/console/dashboard/feeds", "/console/articles/none",
])];

const blockedFaults = [];
let looks = 0;
for (const colorScheme of ["light", "dark"]) {
  for (const width of [360, 1280]) {
    const look = await browser.newContext({ storageState: state, colorScheme, viewport: { width, height: 900 } });
    await watch(look, blockedFaults);
    const tab = await look.newPage();
    for (const path of paths) {
      await tab.goto(base + path);
      await tab.waitForLoadState("load");
      const where = `${path} ${colorScheme} ${width}`;
      await tab.evaluate(axeSource);
      const found = await tab.evaluate((tags) => axe.run(document, { runOnly: tags }), TAGS);
      for (const fault of found.violations) {
        faults.push(`${where}: ${fault.id}: ${fault.nodes[0].target} (${fault.nodes.length}): ${fault.help}`);
      }
      for (const fault of await tab.evaluate(contrastOfChartText)) faults.push(`${where}: ${fault}`);
      looks += 1;
    }
    await look.close();
  }
}
for (const path of ["/console/sign-in", "/console/sign-in/link/none"]) {
  const tab = await outside.newPage();
  await tab.goto(base + path);
  await tab.evaluate(axeSource);
  const found = await tab.evaluate((tags) => axe.run(document, { runOnly: tags }), TAGS);
  for (const fault of found.violations) faults.push(`${path}: ${fault.id}: ${fault.nodes[0].target}: ${fault.help}`);
  looks += 1;
}

const narrow = await browser.newContext({ storageState: state, viewport: { width: 320, height: 640 } });
await watch(narrow, blockedFaults);
const tab = await narrow.newPage();
for (const path of paths) {
  const answer = await tab.goto(base + path);
  await tab.waitForLoadState("load");
  const over = await tab.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (over > 0) faults.push(`${path}: scrolls sideways by ${over} px at 320 px`);
  await blocked(tab, faults);
  const checked = await validator.validateString(await answer.text(), path);
  for (const result of checked.results) {
    for (const message of result.messages) faults.push(`${path}:${message.line}: ${message.ruleId}: ${message.message}`);
  }
}
faults.push(...blockedFaults.filter((fault) => !/ 40[04] |status of 40[04]/.test(fault)));

// with forced colours and reduced motion nothing moves
const forced = await browser.newContext({ storageState: state, forcedColors: "active", reducedMotion: "reduce" });
const plain = await forced.newPage();
for (const path of paths) {
  await plain.goto(base + path);
  const moving = await plain.evaluate(() => document.getAnimations().length);
  if (moving) faults.push(`${path}: ${moving} animations although motion is reduced`);
}
await browser.close();
report("places", faults.sort(), `${paths.length + 2} pages, ${looks} looks`);
