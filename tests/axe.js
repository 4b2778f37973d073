// node tests/axe.js FILE...: what axe-core finds in pages, in light and dark, at a phone's width, as
// JSON. Needs axe-core and puppeteer-core where NODE_PATH says, and Chromium.
const fs = require("fs");
const puppeteer = require("puppeteer-core");
const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

async function look(browser, file, scheme) {
  const page = await browser.newPage();
  const requests = [];
  page.on("request", (each) => each.url().startsWith("file:") || requests.push(each.url()));
  await page.setOfflineMode(true);
  await page.setBypassCSP(true); // for axe itself, which is a script
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  await page.setViewport({ width: 375, height: 800 });
  await page.goto("file://" + file);
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  await page.evaluate(axe);
  const found = await page.evaluate(async () => (await window.axe.run()).violations.map((v) => v.id));
  await page.close();
  return { file, scheme, requests, width, violations: found };
}

(async () => {
  const browser = await puppeteer.launch({
    executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu"],
  });
  const found = [];
  for (const file of process.argv.slice(2)) {
    for (const scheme of ["light", "dark"]) found.push(await look(browser, file, scheme));
  }
  console.log(JSON.stringify(found));
  await browser.close();
})();
