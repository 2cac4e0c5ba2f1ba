// Uses the pages as a person does, in Chromium; prints what was measured and ends with 1 when something is not as it should be.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const require = createRequire(resolve("tests/.tools/browser/package.json"));
const { chromium } = require("playwright-core");
const pages = process.env.STUDYMARK_PAGES;
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });

/** A page of the graph, with all that goes wrong on it. */
async function open(name, { scheme = "light", width = 1280, height = 800, before } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme, reducedMotion: "reduce" });
  const page = await context.newPage();
  const wrong = [];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && wrong.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => wrong.push(`error: ${error}`));
  page.on("dialog", (dialog) => {
    wrong.push(`dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  const own = pathToFileURL(`${pages}/${name}/graph.html`).href;
  page.on("request", (request) => request.url() !== own && !request.url().startsWith("blob:") && wrong.push(`request: ${request.url()}`));
  if (before) await page.addInitScript(before);
  await page.goto(own);
  await page.waitForFunction(() => document.documentElement.dataset.placed, null, { timeout: 120000 });
  return { page, done: async () => {
    assert.deepEqual(wrong, [], name);
    await context.close();
  } };
}

const picture = (page, name) => page.waitForTimeout(250).then(() => page.screenshot({ path: `artifacts/graph/${name}.png` }));
const panel = (page) => page.locator("#panel");
const titles = (page) => page.locator("#results .name").allTextContents();

const tests = {
  async "the sample, whole"() {
    const { page, done } = await open("sample", { width: 1400, height: 860 });
    assert.equal(await page.locator(".sum").textContent(), "8 notes · 59 topics · 8 terms");
    assert.ok(await panel(page).isHidden());
    const painted = await page.locator("canvas.ground").evaluate((canvas) => {
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      let count = 0;
      for (let at = 3; at < data.length; at += 4) if (data[at] > 0) count += 1;
      return count;
    });
    assert.ok(painted > 5000, `${painted} points are painted`);
    await picture(page, "sample");
    await done();
  },

  async "search in Chinese, choose with the keyboard, read, go on to a neighbour"() {
    const { page, done } = await open("sample");
    await page.keyboard.press("/");
    await page.keyboard.type("僵尸进程");
    assert.equal((await titles(page))[0], "什么是僵尸进程，怎么避免");
    await page.keyboard.press("Enter");
    assert.equal(await panel(page).locator("h2").textContent(), "什么是僵尸进程，怎么避免");
    assert.equal(await panel(page).locator(".state").textContent(), "no answer yet");
    assert.match(await panel(page).locator(".place code").textContent(), /^操作系统\.md:\d+$/);
    const href = await panel(page).locator("a.open").getAttribute("href");
    assert.equal(decodeURIComponent(href), "操作系统.md");
    await picture(page, "question");
    await panel(page).locator(".to", { hasText: "进程与线程" }).click();
    assert.equal(await panel(page).locator("h2").textContent(), "进程与线程");
    await page.keyboard.press("Escape");
    assert.ok(await panel(page).isHidden());
    await page.keyboard.press("Escape");
    assert.equal(await page.locator("#search").inputValue(), "");
    await done();
  },

  async "letters in their order, several words, nothing"() {
    const { page, done } = await open("sample");
    const search = page.locator("#search");
    await search.fill("write-ahead");
    assert.match((await titles(page))[0], /write-ahead log/i);
    await search.fill("ＴＬＢ 是");
    assert.equal((await titles(page))[0], "TLB 是什么");
    await search.fill("页置算");
    assert.equal((await titles(page))[0], "页面置换算法");
    await search.press("ArrowDown");
    await search.fill("这里没有的东西");
    assert.equal(await page.locator("#tally").textContent(), "nothing found");
    assert.ok(await page.locator("#results").isHidden());
    await done();
  },

  async "only what is unanswered, in a chapter, and from one to the next"() {
    const { page, done } = await open("sample");
    await page.locator(".chip.open").click();
    const listed = await titles(page);
    assert.equal(String(listed.length), await page.locator(".chip.open b").textContent());
    assert.ok(listed.includes("页面置换算法") && !listed.includes("TLB 是什么"));
    await picture(page, "unanswered");
    await page.locator(".region", { hasText: "内存" }).click();
    assert.deepEqual(await titles(page), ["页面置换算法"]);
    await page.locator("#results li").first().click();
    assert.equal(await panel(page).locator("h2").textContent(), "页面置换算法");
    await page.locator("#map").focus();
    await page.keyboard.press("n");
    const next = await panel(page).locator("h2").textContent();
    assert.notEqual(next, "页面置换算法");
    assert.match(await panel(page).locator(".state").textContent(), /no answer yet|put off/);
    await page.keyboard.press("p");
    assert.equal(await panel(page).locator("h2").textContent(), "页面置换算法");
    await done();
  },

  async "a node on the map is pointed at and clicked"() {
    const { page, done } = await open("sample");
    // What was found is put in the middle of what is free; there it is clicked.
    await page.locator("#search").fill("迭代器");
    await page.locator("#results li").first().click();
    const chosen = await panel(page).locator("h2").textContent();
    await page.keyboard.press("Escape");
    assert.ok(await panel(page).isHidden());
    const side = await page.locator("#side").boundingBox();
    // The panel was open when it was centred.
    const x = side.x + side.width + (1280 - side.x - side.width - 372) / 2 + 6;
    let hit = null;
    for (let dx = -24; dx <= 24 && !hit; dx += 4) {
      await page.mouse.move(x + dx, 400);
      hit = (await page.locator("#map.pointing").count()) ? x + dx : null;
    }
    assert.ok(hit, "a node stands in the middle");
    assert.equal(await page.locator("#map.focused").count(), 1, "the rest steps back");
    await page.mouse.click(hit, 400);
    assert.equal(await panel(page).locator("h2").textContent(), chosen);
    await page.mouse.click(330, 30);
    assert.ok(await panel(page).isHidden(), "a click beside everything closes");
    await done();
  },

  async "dark, with lines and terms switched off"() {
    const { page, done } = await open("sample", { scheme: "dark", width: 1400, height: 860 });
    await page.locator(".switch", { hasText: "Terms" }).locator("input").uncheck();
    await page.locator(".switch", { hasText: "mentions" }).locator("input").uncheck();
    await page.locator("#search").fill("TLB");
    assert.ok((await page.locator("#results .mark.term").count()) === 0, "terms are not found");
    await page.locator("#search").fill("");
    await picture(page, "dark");
    assert.equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), "rgb(20, 23, 28)");
    await done();
  },

  async "narrow, as in a side bar"() {
    const { page, done } = await open("sample", { width: 420, height: 760 });
    assert.ok(await page.locator("#side").isHidden());
    await page.locator("#toggle").click();
    await page.locator("#search").fill("快照");
    await page.locator("#search").fill("逃逸");
    await page.keyboard.press("Enter");
    await page.locator("#toggle").click();
    assert.ok(await panel(page).isVisible());
    await picture(page, "narrow");
    await done();
  },

  async "in an editor a topic is opened by a message"() {
    const before = () => {
      window.posted = [];
      window.acquireVsCodeApi = () => ({ postMessage: (message) => window.posted.push(message) });
    };
    const { page, done } = await open("sample", { before });
    await page.locator("#search").fill("TLB 是什么");
    await page.keyboard.press("Enter");
    const place = await panel(page).locator(".place code").textContent();
    await panel(page).getByRole("button", { name: "Open" }).click();
    const [message] = await page.evaluate(() => window.posted);
    assert.equal(message.type, "open");
    assert.equal(decodeURIComponent(message.uri), "操作系统.md");
    assert.equal(message.line, Number(place.split(":")[1]) - 1);
    await done();
  },

  async "the same places each time"() {
    const shot = async () => {
      const { page, done } = await open("sample");
      const picture = await page.locator("canvas.ground").evaluate((canvas) => canvas.toDataURL());
      await done();
      return picture;
    };
    assert.equal(await shot(), await shot());
  },

  async "without a worker it is placed all the same"() {
    const { page, done } = await open("sample", { before: () => (window.Worker = undefined) });
    await page.locator("#search").fill("TLB");
    assert.ok((await titles(page)).length > 0);
    await done();
  },

  async "what notes say does nothing"() {
    const { page, done } = await open("hostile");
    assert.equal(await page.locator("img, iframe, svg").count(), 0);
    await page.locator("#search").fill("是什么");
    await page.keyboard.press("Enter");
    assert.match(await panel(page).locator("h2").textContent(), /<svg onload=alert\(2\)>/);
    for (const title of ["onerror=alert(1)", "onerror=alert(0)", "__proto__", "constructor"]) {
      await page.locator("#search").fill(title);
      await page.keyboard.press("Enter");
      assert.ok((await panel(page).locator("h2").textContent()).includes(title));
    }
    assert.equal(await page.locator("img, iframe, svg, #panel script, #panel a[href^=javascript]").count(), 0);
    await picture(page, "hostile");
    await done();
  },

  async "one note and nothing else"() {
    const { page, done } = await open("one");
    assert.equal(await page.locator(".sum").textContent(), "1 note · 0 topics · 0 terms");
    await page.locator("#search").fill("一");
    await page.keyboard.press("Enter");
    assert.equal(await panel(page).locator("h2").textContent(), "一");
    await done();
  },

  async "thousands of nodes"() {
    const { page, done } = await open("many", { width: 1400, height: 860 });
    const figures = await page.evaluate(async () => {
      const { nodes, edges } = JSON.parse(document.getElementById("graph").textContent);
      const map = document.getElementById("map");
      const frames = async (each, count) => {
        const times = [];
        let last = performance.now();
        for (let n = 0; n < count; n++) {
          each(n);
          await new Promise(requestAnimationFrame);
          const now = performance.now();
          times.push(now - last);
          last = now;
        }
        times.sort((a, b) => a - b);
        return Math.round(times[Math.floor(times.length / 2)]);
      };
      const wheel = (delta) => map.dispatchEvent(new WheelEvent("wheel", { deltaY: delta, clientX: 800, clientY: 430, bubbles: true, cancelable: true }));
      const whole = await frames((n) => wheel(n % 2 ? 6 : -6), 40);
      for (let n = 0; n < 20; n++) wheel(-60);
      const near = await frames((n) => wheel(n % 2 ? 6 : -6), 40);
      for (let n = 0; n < 20; n++) wheel(60);
      const begun = performance.now();
      const search = document.getElementById("search");
      search.value = "互斥锁";
      search.dispatchEvent(new Event("input"));
      const searched = Math.round(performance.now() - begun);
      search.value = "";
      search.dispatchEvent(new Event("input"));
      return { nodes: nodes.length, edges: edges.length, placed: Number(document.documentElement.dataset.placed), whole, near, searched };
    });
    console.log(`${figures.nodes} nodes, ${figures.edges} edges: placed in ${figures.placed} ms, a frame of all ${figures.whole} ms, near ${figures.near} ms, a search ${figures.searched} ms`);
    assert.ok(figures.nodes > 4500);
    await page.keyboard.press("Escape");
    await page.locator("#map").focus();
    await page.keyboard.press("0");
    await picture(page, "many");
    await page.locator("#search").fill("互斥锁");
    await page.keyboard.press("Enter");
    await picture(page, "many-near");
    await done();
  },
};

let failed = 0;
for (const [name, test] of Object.entries(tests)) {
  try {
    await test();
    console.log(`ok   ${name}`);
  } catch (error) {
    failed += 1;
    console.error(`FAIL ${name}\n${error.stack ?? error}`);
  }
}
await browser.close();
process.exit(failed ? 1 : 0);
