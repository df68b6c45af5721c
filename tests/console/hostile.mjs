// Texts of publishers that would run scripts, in every field that is shown: none may run, and the
// content security policy may have nothing to block, because nothing arrives as mark-up.
import { base, blocked, launch, report, signIn, watch } from "./browser.mjs";

const browser = await launch();
const faults = [];
const context = await browser.newContext({ storageState: await signIn(browser, process.env.ADMIN_LINK) });
await watch(context, faults);
const page = await context.newPage();
let pages = 0;

async function look(address) {
  await page.goto(base + address);
  await page.waitForLoadState("load");
  await blocked(page, faults);
  // nothing but our own elements can carry a handler, a frame or a foreign source
  const foreign = await page.evaluate(() => [...document.querySelectorAll("*")].filter((element) =>
    element.matches("iframe, object, embed, base, math, template, style") ||
    [...element.attributes].some((attribute) => /^on/i.test(attribute.name) ||
      (/^(href|src|action|formaction|data|xlink:href)$/i.test(attribute.name) && /^\s*javascript:/i.test(attribute.value)))
  ).map((element) => element.outerHTML.slice(0, 120)));
  for (const element of foreign) faults.push(`${address}: ${element}`);
  pages += 1;
}

let next = "/console/?show=all";
const keys = [];
while (next) {
  await look(next);
  keys.push(...await page.$$eval("input.pick", (boxes) => boxes.map((box) => box.value)));
  next = await page.$eval("a[rel=next]", (link) => link.getAttribute("href")).catch(() => "");
}
if (keys.length < Number(process.env.ARTICLES)) {
  faults.push(`the queue shows ${keys.length} of ${process.env.ARTICLES} articles`);
}
for (const key of keys) await look(`/console/articles/${key}`);
// lesson after lesson of ten: each has other articles, and all marks that disagree with the pack
await look("/console/teaching");
await look("/console/keywords");
for (let at = 0; at < keys.length; at += 10) {
  const lesson = keys.slice(at, at + 10).map((key) => key.slice(0, 32)).join(".");
  await look(`/console/teaching?list=${lesson}&at=${(at / 10) % 10}`);
}
await page.goto(`${base}/console/stories`);
const stories = await page.$$eval('main a[href^="/console/stories/"]:not([href$=".json"])', (links) => links.map((link) => link.getAttribute("href")));
if (!stories.length) faults.push("there is no story with a hostile text");
for (const story of new Set(stories)) await look(story);
for (const address of ["/console/search?q=kursk", "/console/searches", "/console/dashboard", "/console/dashboard/feeds", "/console/stories", "/console/figures", "/console/more", "/console/keys", "/console/settings", "/console/people", "/console/audit", "/console/account"]) await look(address);
for (const text of ["<img src=x onerror=alert(1)>", '"><script>alert(1)</script>', "javascript:alert(1)", "{{7*7}}"]) {
  await look(`/console/search?q=${encodeURIComponent(text)}`);
  await look(`/console/?q=${encodeURIComponent(text)}`);
  await look(`/console/sign-in?next=${encodeURIComponent(text)}`);
}
await browser.close();
// refused questions are answered with 400, which Chromium calls an error of its own
report("hostile", faults.filter((fault) => !/status of 40[04]/.test(fault)), `${keys.length} articles, ${pages} pages`);
