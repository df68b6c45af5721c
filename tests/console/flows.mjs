// What people do, three times: with the mouse, with the keyboard alone, without JavaScript.
import { base, flowRunner, launch, report, signIn } from "./browser.mjs";

const browser = await launch();
const faults = [];
const state = await signIn(browser, process.env.ANALYST_LINK);
const operator = { storageState: await signIn(browser, process.env.OPERATOR_LINK) };

const { flow, count: flows } = flowRunner(browser, { storageState: state }, faults);

const waiting = (page) => page.$eval(".facet[aria-current] .count", (count) => Number(count.textContent));
const says = (page, words) => page.waitForFunction((text) => document.querySelector("#flash")?.textContent.includes(text), words);
async function expect(name, value, wanted) {
  if (value !== wanted) throw new Error(`${name} is ${value}, not ${wanted}`);
}

async function markAndUndo(page, press) {
  const before = await waiting(page);
  await press.open(page);
  await page.waitForSelector("#mark");
  await press.relevant(page);
  await page.waitForSelector(".flash");
  await expect("the queue", await waiting(page), before - 1);
  await press.undo(page);
  await page.waitForFunction((count) => Number(document.querySelector(".facet[aria-current] .count")?.textContent) === count, before);
}

await flow("mark and undo by mouse", {}, (page) => markAndUndo(page, {
  open: (page) => page.click(".row h2 a"),
  relevant: (page) => page.click("#mark button.yes"),
  undo: (page) => page.click(".flash button"),
}));
await flow("mark and undo by keyboard alone", {}, (page) => markAndUndo(page, {
  open: async (page) => { await page.keyboard.press("j"); await page.keyboard.press("o"); },
  relevant: (page) => page.keyboard.press("r"),
  undo: (page) => page.keyboard.press("u"),
}));
await flow("mark and undo without JavaScript", { javaScriptEnabled: false }, async (page) => {
  const before = Number(await page.locator(".facet[aria-current] .count").textContent());
  await page.locator(".row h2 a").first().click();
  await page.locator("#mark button.no").click();
  await expect("the queue", Number(await page.locator(".facet[aria-current] .count").textContent()), before - 1);
  await page.locator(".flash button").click();
  await expect("the queue", Number(await page.locator(".facet[aria-current] .count").textContent()), before);
});

// The queue has so many articles, and the form before has come to its end: a key that is pressed
// earlier is ignored, so that no article is marked twice.
const count = (page, number) => page.waitForFunction((wanted) =>
  Number(document.querySelector(".facet[aria-current] .count")?.textContent) === wanted &&
  !document.querySelector(".htmx-request"), number);
await flow("ten marks with keys only, all undone", {}, async (page) => {
  const before = await waiting(page);
  await page.keyboard.press("j");
  await page.keyboard.press("o");
  await page.waitForSelector("#mark");
  for (let number = 1; number <= 10; number += 1) {
    const address = page.url();
    await page.keyboard.press(number % 2 ? "r" : "x");
    await count(page, before - number);
    if (number < 10) await page.waitForURL((url) => url.href !== address);
  }
  for (let number = 9; number >= 0; number -= 1) {
    await page.keyboard.press("u");
    await count(page, before - number);
  }
});

async function bulk(page, options) {
  for (const place of [0, 1, 2]) await page.locator("input.pick").nth(place).check();
  await page.locator("#bulk button.no").click();
  await page.locator(".flash").waitFor();
  const text = await page.locator(".flash").textContent();
  if (!text.includes("Marked 3 articles")) throw new Error(`the message is ${text}`);
  await page.locator(".flash button").click();
  await page.waitForURL("**/console/**");
}
await flow("bulk mark and undo by mouse", {}, bulk);
await flow("bulk mark and undo without JavaScript", { javaScriptEnabled: false }, bulk);

await flow("search by keyboard alone", {}, async (page) => {
  await page.keyboard.press("/");
  await page.keyboard.type("kursk lang:en");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/console/search?q=kursk*");
  await page.waitForSelector(".row");
  await page.keyboard.press("j");
  await page.keyboard.press("o");
  await page.waitForURL("**/console/articles/*");
});
await flow("search without JavaScript", { javaScriptEnabled: false }, async (page) => {
  await page.locator("#q").fill("kursk");
  await page.locator("#q").press("Enter");
  await page.waitForURL("**/console/search?q=kursk");
  await page.locator(".facet").first().click();
  await page.waitForURL("**/console/search?q=kursk+*");
});
await flow("places by keys, and keys in a field do nothing", {}, async (page) => {
  await page.keyboard.press("g");
  await page.keyboard.press("d");
  await page.waitForURL("**/console/dashboard*");
  await page.keyboard.press("?");
  await page.waitForURL("**/console/keys");
  await page.keyboard.press("/");
  await page.keyboard.type("gfrxu?");
  await expect("the field", await page.inputValue("#q"), "gfrxu?");
});
await flow("a note and themes by keys", {}, async (page) => {
  await page.keyboard.press("j");
  await page.keyboard.press("o");
  await page.waitForSelector("#mark");
  const first = page.locator('#mark input[name="theme"]').first();
  const before = await first.isChecked();
  await page.keyboard.press("1");
  await expect("the first theme", await first.isChecked(), !before);
  await page.keyboard.press("n");
  await page.keyboard.type("seen in Seoul");
  await expect("the note", await page.inputValue("#note"), "seen in Seoul");
});
const marked = (page) => page.$eval(".lead", (lead) => Number.parseInt(lead.textContent.replace(",", ""), 10));
const place = (page, words) => page.waitForFunction((text) =>
  document.querySelector("main")?.textContent.includes(text) && !document.querySelector(".htmx-request"), words);
await flow("teach with keys only: themes, skip, two marks, both undone", {}, async (page) => {
  await page.keyboard.press("g");
  await page.keyboard.press("e");
  await place(page, "Article 1 of 10");
  const before = await marked(page);
  await page.keyboard.press("s");
  await place(page, "Article 2 of 10");
  await page.keyboard.press("1");
  await page.keyboard.press("r");
  await place(page, "Article 3 of 10");
  await page.keyboard.press("x");
  await place(page, "Article 4 of 10");
  await expect("the marks", await marked(page), before + 2);
  for (const left of [1, 0]) {
    await page.keyboard.press("u");
    await page.waitForFunction((wanted) => Number.parseInt(document.querySelector(".lead")?.textContent.replace(",", ""), 10) === wanted, before + left);
    await page.waitForFunction(() => !document.querySelector(".htmx-request"));
  }
});
await flow("teach without JavaScript", { javaScriptEnabled: false }, async (page) => {
  await page.goto(`${base}/console/teaching`);
  await page.locator("a.button[data-key=s]").click();
  await page.waitForURL("**/console/teaching?list=*at=1");
  await page.locator("#mark button.no").click();
  await page.waitForURL("**/console/teaching?list=*at=2");
  const after = await page.locator(".lead").textContent();
  await page.locator(".flash button").click();
  await page.waitForURL("**/console/teaching?list=*at=2");
  if (await page.locator(".lead").textContent() === after) throw new Error("the mark was not taken back");
});
const putInForce = async (page) => {
  await page.fill("#put-reason", "a flow of the console check");
  await page.click('form[action="/console/keywords/put"] button');
  await says(page, "is in force");
};
const undo = async (page) => {
  await page.click('form[action="/console/keywords/restore"] button >> nth=0');
  await says(page, "again) is in force");
};
await flow("search, write a rule, put it in force, undo", operator, async (page) => {
  await page.goto(`${base}/console/search?q=kursk`);
  await page.goto(`${base}/console/keywords`);
  await page.click("#draft button[value=add]");
  await page.waitForSelector("#any-0");
  await page.fill("#any-0", "kursk");
  await page.locator("#action-0").selectOption("drop");
  await page.waitForSelector("#trial mark");
  if (await page.locator("#accept-loss").count()) await page.check("#accept-loss");
  await putInForce(page);
  await undo(page);
});
await flow("the keyword lab by keys", operator, async (page) => {
  await page.goto(`${base}/console/`);
  await page.keyboard.press("g");
  await page.keyboard.press("l");
  await page.waitForURL("**/console/keywords");
  await page.focus("#threshold");
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type("0.99");
  await page.keyboard.press("Control+Enter");
  await page.waitForSelector("#draft button[value=discard]");
  await page.locator("#draft button[value=discard]").focus();
  await page.keyboard.press("Enter");
  await says(page, "The draft is gone");
});
await flow("the threshold by its slider on the chart of scores", operator, async (page) => {
  await page.goto(`${base}/console/keywords`);
  const slider = page.locator("#threshold-slider");
  await slider.focus();
  const before = Number(await slider.inputValue());
  for (const by of [1, 2]) {
    await page.keyboard.press("ArrowRight");
    await page.waitForFunction((words) => document.querySelector("#trial figcaption")?.textContent.includes(words), `At a threshold of ${before + by} %`);
    await expect("the field", await page.inputValue("#threshold"), String((before + by) / 100));
    await expect("what has the focus", await page.evaluate(() => document.activeElement.id), "threshold-slider");
  }
  await page.goto(`${base}/console/keywords?view=toml&trial=yes`);
  await expect("a slider beside the TOML", await slider.isVisible(), false);
  await page.click("#draft button[value=discard]");
  await says(page, "The draft is gone");
});
await flow("the keyword lab without JavaScript", { ...operator, javaScriptEnabled: false }, async (page) => {
  await page.goto(`${base}/console/keywords`);
  await page.click("#draft button[value=toml]");
  await page.fill("#toml", '[[keywords.rules]]\nname = "rain"\nany = ["rain"]\naction = "drop"\n');
  await page.click("#draft button[value=form]");
  await page.waitForSelector("#any-0");
  await page.click("#draft button[value=try]");
  await expect("a slider without JavaScript", await page.locator("#threshold-slider").isVisible(), false);
  await putInForce(page);
  await undo(page);
});
await flow("the skip link leads to the content", {}, async (page) => {
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.activeElement?.id === "content");
});
await flow("keys off", {}, async (page) => {
  await page.goto(`${base}/console/account`);
  await page.check('input[name="keys-off"]');
  await page.click('form[action="/console/account/preferences"] button');
  await says(page, "Saved");
  await page.goto(`${base}/console/`);
  await page.keyboard.press("g");
  await page.keyboard.press("d");
  await page.waitForTimeout(300);
  await expect("the page", new URL(page.url()).pathname, "/console/");
});
await browser.close();
report("flows", faults, `${flows()} flows`);
