// Drives a browser over the pages of a daemon: node browser.mjs TEST BASE_URL.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const require = createRequire(import.meta.url);
const [, , test, base] = process.argv;
const PAIR = "/compare/patient-services-manager-vs-service-director";
const PAGES = ["/", "/?q=nurse", "/?q=nurse&with=registered-nurses", "/occupations/registered-nurses", PAIR,
	"/compare/registered-nurses-vs-software-developers-vs-chief-executives", "/occupations/no-such", "/occupations/hostile",
	"/compare/hostile-vs-hostile-too"];
const WIDTHS = [375, 768, 1280];

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ["--no-sandbox"] });

// A page whose errors are the test's: what the policy forbids, what comes from elsewhere, what the script throws.
const open = async (path, options = {}) => {
	const context = await browser.newContext(options);
	const page = await context.newPage();
	page.found = [];
	page.on("pageerror", (error) => page.found.push(`threw: ${error}`));
	page.on("console", (message) => message.type() === "error" && !/status of 404/.test(message.text()) && page.found.push(`console: ${message.text()}`));
	page.on("dialog", (dialog) => { page.found.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
	page.on("request", (request) => request.url().startsWith(base) || page.found.push(`third party: ${request.url()}`));
	await page.goto(base + path);
	return page;
};

const done = async (page) => {
	assert.deepEqual(page.found, []);
	await page.context().close();
};

const tests = {
	async "search, pick, compare, share"() {
		const page = await open("/");
		await page.locator("#find").pressSequentially("registered nu");
		await page.locator("#list0 li").first().waitFor();
		await page.keyboard.press("ArrowDown");
		await page.keyboard.press("Enter");
		await page.waitForURL("**/occupations/registered-nurses");
		await page.locator("#with").pressSequentially("software dev");
		await page.getByRole("option", { name: "Software Developers" }).click();
		await page.waitForURL("**/compare/registered-nurses-vs-software-developers");
		assert.equal(await page.locator("h1").textContent(), "Registered nurse vs software developer");
		await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
		await page.getByRole("button", { name: "Copy link" }).click();
		await page.getByRole("button", { name: "Copied" }).waitFor();
		const shared = await page.evaluate(() => navigator.clipboard.readText());
		await done(page);
		const other = await open(shared.slice(base.length));
		assert.equal(await other.locator("h1").textContent(), "Registered nurse vs software developer");
		await done(other);
	},

	async "the same without a script"() {
		const page = await open("/?q=registered+nurses", { javaScriptEnabled: false });
		await page.getByRole("link", { name: "Registered Nurses", exact: true }).click();
		await page.locator("#with").fill("software developers");
		await page.locator("#with").press("Enter");
		await page.getByRole("link", { name: "Software Developers", exact: true }).click();
		await page.waitForURL("**/compare/registered-nurses-vs-software-developers");
		await page.getByRole("link", { name: "Remove Registered Nurses" }).click();
		await page.waitForURL("**/occupations/software-developers");
		await page.goto(base + "/");
		await page.locator("#o0").fill("Registered Nurses");
		await page.locator("#o1").fill("11-1011");
		await page.getByRole("button", { name: "Compare" }).click();
		await page.waitForURL("**/compare/registered-nurses-vs-chief-executives");
		await done(page);
	},

	async "two fields are completed"() {
		const page = await open("/");
		for (const [id, text, title] of [["#o0", "chief ex", "Chief Executives"], ["#o1", "software dev", "Software Developers"]]) {
			await page.locator(id).pressSequentially(text);
			await page.getByRole("option", { name: title }).first().click();
			assert.equal(await page.locator(id).inputValue(), title);
		}
		await page.keyboard.press("Enter");
		await page.waitForURL("**/compare/chief-executives-vs-software-developers");
		await done(page);
	},

	async "axe finds nothing"() {
		const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
		for (const path of PAGES) {
			const page = await open(path, { bypassCSP: true, reducedMotion: "reduce" });
			await page.evaluate(axe);
			for (const [colorScheme, width] of [["light", 1280], ["dark", 375]]) {
				await page.emulateMedia({ colorScheme });
				await page.setViewportSize({ width, height: 800 });
				const { violations } = await page.evaluate(() => axe.run());
				assert.deepEqual(violations.map((v) => `${path} ${colorScheme} ${width}: ${v.id}: ${v.nodes.map((n) => n.target).slice(0, 3)} ${v.nodes[0].failureSummary}`), []);
			}
			await page.context().close();
		}
	},

	async "axe finds nothing in an open list"() {
		const page = await open("/", { bypassCSP: true });
		await page.locator("#find").pressSequentially("nurse");
		await page.locator("#list0 li").first().waitFor();
		await page.keyboard.press("ArrowDown");
		await page.evaluate(readFileSync(require.resolve("axe-core/axe.min.js"), "utf8"));
		const { violations } = await page.evaluate(() => axe.run());
		assert.deepEqual(violations.map((v) => `${v.id}: ${v.nodes[0].failureSummary}`), []);
		await page.keyboard.press("Escape");
		assert.equal(await page.locator("#list0 li").count(), 0);
	},

	async "hostile strings run nothing"() {
		for (const path of ["/occupations/hostile", "/compare/hostile-vs-hostile-too", "/?q=hostile", "/?q=" + encodeURIComponent("<script>alert(1)</script>\"'"),
			"/?q=nurse&with=" + encodeURIComponent("\"><script>alert(1)</script>"), "/compare/" + encodeURIComponent("<img src=x onerror=alert(1)>") + "-vs-b",
			"/occupations/" + encodeURIComponent("\"><svg onload=alert(1)>")]) {
			const page = await open(path);
			assert.equal(await page.evaluate(() => document.querySelectorAll("main script:not([type='application/ld+json']), img, [onerror], [onload], [onfocus], [onmouseover]").length), 0, path);
			await done(page);
		}
	},

	async "the list of hits shows hostile titles as text"() {
		const page = await open("/");
		await page.locator("#find").pressSequentially("hostile");
		await page.getByRole("option", { name: "<script>" }).first().waitFor();
		await done(page);
	},

	async "nothing is wider than the window"() {
		for (const path of PAGES) {
			const page = await open(path);
			for (const width of [320, ...WIDTHS]) {
				await page.setViewportSize({ width, height: 800 });
				const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
				assert.ok(wider <= 0, `${path} at ${width} is wider by ${wider}`);
			}
			await done(page);
		}
	},

	async "figures show their source on hover and on focus"() {
		const page = await open(PAIR);
		const row = page.locator("#salary tbody tr").first();
		const tip = row.locator(".tip");
		assert.equal(await tip.isVisible(), false);
		await row.locator("td").last().hover();
		await tip.waitFor({ state: "visible" });
		assert.match(await tip.textContent(), /Zippia/);
		await page.mouse.move(0, 0);
		await tip.waitFor({ state: "hidden" });
		await row.locator(".src a").focus();
		await tip.waitFor({ state: "visible" });
		await page.keyboard.press("Enter");
		assert.equal(new URL(page.url()).hash, "#s1");
		await done(page);
	},

	async "what is announced"() {
		const page = await open(PAIR);
		const data = JSON.parse(await page.locator("script[type='application/ld+json']").textContent());
		assert.deepEqual(data["@graph"].map((one) => [one["@type"], one.name]), [["Occupation", "Patient Services Manager"], ["Occupation", "Service Director"]]);
		assert.equal(await page.locator("link[rel=canonical]").getAttribute("href"), PAIR);
		assert.match(await page.locator("meta[name=description]").getAttribute("content"), /\$114,981/);
		assert.equal(await page.title(), "Patient services manager vs service director");
		await done(page);
	},

	async "printed without what is for the screen"() {
		const page = await open(PAIR);
		await page.emulateMedia({ media: "print" });
		assert.equal(await page.locator("header form").first().isVisible(), false);
		assert.equal(await page.locator(".contents").isVisible(), false);
		assert.equal(await page.locator("#salary table").isVisible(), true);
		await done(page);
	},

	// Not a test: pictures to look at, into the folder given last.
	async pictures() {
		const folder = process.argv[4];
		for (const colorScheme of ["light", "dark"])
			for (const width of WIDTHS)
				for (const [i, path] of PAGES.entries()) {
					const page = await open(path, { colorScheme, viewport: { width, height: 900 } });
					await page.screenshot({ path: `${folder}/${i}-${width}-${colorScheme}.png`, fullPage: true });
					await page.context().close();
				}
	},
};

try {
	await tests[test]();
} finally {
	await browser.close();
}
