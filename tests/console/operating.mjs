// What operators do at the places Subscriptions, Silences and Deliveries: with the mouse, with the
// keyboard alone, without JavaScript.
import { base, flowRunner, launch, report, signIn } from "./browser.mjs";

const browser = await launch();
const faults = [];
const operator = { storageState: await signIn(browser, process.env.OPERATOR_LINK) };
const { flow, count } = flowRunner(browser, operator, faults);
const scriptless = { javaScriptEnabled: false };
const has = (page, words) => page.getByText(words).first().waitFor();

async function addSubscription(page, name) {
  await page.goto(`${base}/console/subscriptions/new`);
  await page.locator("#channel").selectOption("webhook");
  await page.locator("#name").fill(name);
  await page.locator("#address").fill("https://hooks.example/in");
  await page.locator("main button.main").click();
  await has(page, "It is not shown again");
  await page.locator("main p a").first().click();
  await has(page, "It would have been told");
}
async function editSubscription(page) {
  await page.locator("#every").selectOption("daily");
  await page.locator("#zone").fill("Mars/Olympus");
  await page.locator("#edit ~ form button.main").click();
  await has(page, "is not a known time zone");
  await page.locator("#zone").fill("Asia/Seoul");
  await page.locator("#edit ~ form button:not(.main)").click();
  await has(page, "As edited, not saved yet");
  await has(page, "Daily at 08:00 (Asia/Seoul).");
  await page.locator("#edit ~ form button.main").click();
  await has(page, "Saved.");
}
const act = (page, name) => page.locator(`form[action$="/${name}"] button`).click();

for (const [how, options] of [["by mouse", {}], ["without JavaScript", scriptless]]) {
  await flow(`a subscription is added, tried, edited, paused and removed ${how}`, options, async (page) => {
    await addSubscription(page, `desk ${how}`);
    await editSubscription(page);
    await act(page, "pause");
    await has(page, "It is told nothing until it is resumed");
    await act(page, "resume");
    await has(page, "It is told again");
    await act(page, "remove");
    await has(page, "is removed; what waited");
  });
  await flow(`a silence is seen, added and ended ${how}`, options, async (page) => {
    await page.goto(`${base}/console/silences`);
    await page.locator("#theme").selectOption({ index: 1 });
    await page.locator("#for").fill("3d");
    await page.locator("#every").fill("mon-fri 22:00-06:00");
    await page.locator("#reason").fill("a flow of the console check");
    await page.locator("#add ~ form button.main").click();
    await has(page, "It would have kept back");
    await page.locator("#add ~ form button:not(.main)").click();
    await has(page, "Added; it ends by itself.");
    await act(page, "end");
    await has(page, "Ended; it kept back");
  });
}
await flow("a silence and a subscription by keyboard alone", {}, async (page) => {
  await page.keyboard.press("g");
  await page.keyboard.press("m");
  await page.waitForURL("**/console/silences");
  await page.locator("#term").focus();
  await page.keyboard.type("parade");
  await page.locator("#for").focus();
  await page.keyboard.type("1d");
  await page.locator("#reason").focus();
  await page.keyboard.type("by keys");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await has(page, "It would have kept back");
  await page.keyboard.press("g");
  await page.keyboard.press("u");
  await page.waitForURL("**/console/subscriptions");
  await page.locator('main a[href="/console/subscriptions/new"]').focus();
  await page.keyboard.press("Enter");
  await page.waitForURL("**/console/subscriptions/new");
});
for (const [how, options] of [["by mouse", {}], ["without JavaScript", scriptless]]) {
  await flow(`a message is looked at and a span is counted ${how}`, options, async (page) => {
    await page.goto(`${base}/console/deliveries`);
    await page.locator('main th a[href^="/console/deliveries/"]').first().click();
    await has(page, "Attempts");
    await has(page, "webhook-id");
    await page.goto(`${base}/console/deliveries/replay`);
    await page.locator("#since").fill("7d");
    await page.locator("main button.main").click();
    await page.waitForURL("**/replay?*");
    await page.locator("#counted").waitFor();
  });
}
// the page of a receiver has no script: the same by mouse and without JavaScript
async function managePage(page) {
  await page.goto(`${base}/console/subscriptions`);
  await page.locator('main th a[href^="/console/subscriptions/"]').first().click();
  await act(page, "links");
  const address = await page.locator("dd code", { hasText: "/manage/" }).textContent();
  await page.goto(base + new URL(address).pathname);
  await has(page, "Newest messages");
}
for (const [how, options] of [["by mouse", {}], ["without JavaScript", scriptless]]) {
  await flow(`a receiver changes, pauses and resumes ${how}`, options, async (page) => {
    await managePage(page);
    await page.locator("#filter").fill(options.javaScriptEnabled === false ? "wonsan" : "kursk");
    await page.locator('form[action$="/edit"] button').click();
    await has(page, "Saved.");
    await act(page, "pause");
    await has(page, "Paused: nothing is sent");
    await act(page, "resume");
    await has(page, "Resumed: messages are sent again.");
    await page.locator('form[action$="/replay"] button').click();
    await has(page, "of the last hour");
  });
}
await flow("a receiver pauses by keyboard alone", {}, async (page) => {
  await managePage(page);
  await page.locator('form[action$="/pause"] button').focus();
  await page.keyboard.press("Enter");
  await has(page, "Paused: nothing is sent");
  await page.locator('form[action$="/resume"] button').focus();
  await page.keyboard.press("Enter");
  await has(page, "Resumed");
});
await browser.close();
report("operating", faults, `${count()} flows`);
