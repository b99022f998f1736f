/* Completes names of occupations as they are typed, and copies the address of a page. Pages work without it. */
(() => {
	"use strict";
	const WAIT_MS = 120;
	const HITS = 8;
	const COPIED_MS = 2000;
	let made = 0;

	const element = (name, attributes, text) => {
		const made = document.createElement(name);
		for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
		if (text) made.textContent = text;
		return made;
	};

	const find = async (text, signal) => {
		const reply = await fetch(`/v1/search?q=${encodeURIComponent(text)}&page_size=${HITS}`, { signal });
		return reply.ok ? (await reply.json()).items || [] : [];
	};

	/* A combobox with a list of its own: https://www.w3.org/WAI/ARIA/apg/patterns/combobox/ */
	const complete = (input, choose) => {
		const list = element("ul", { id: `list${made++}`, role: "listbox", class: "list", hidden: "" });
		list.setAttribute("aria-label", "Occupations");
		input.after(list);
		for (const [key, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list",
			"aria-expanded": "false", "aria-controls": list.id })) input.setAttribute(key, value);
		let hits = [], active = -1, timer = 0, asking = null;

		const close = () => {
			list.hidden = true;
			list.replaceChildren();
			active = -1;
			input.setAttribute("aria-expanded", "false");
			input.removeAttribute("aria-activedescendant");
		};
		const mark = (index) => {
			active = index;
			[...list.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === index)));
			input.setAttribute("aria-activedescendant", list.children[index].id);
			list.children[index].scrollIntoView({ block: "nearest" });
		};
		const take = (index) => {
			const hit = hits[index];
			close();
			choose(hit);
		};
		const show = () => {
			list.replaceChildren(...hits.map((hit, i) => {
				const item = element("li", { id: `${list.id}-${i}`, role: "option", "aria-selected": "false" }, hit.title);
				if (hit.matchedText && hit.matchedText !== hit.title) item.append(element("small", {}, hit.matchedText));
				item.addEventListener("mousedown", (event) => { event.preventDefault(); take(i); });
				return item;
			}));
			list.hidden = hits.length === 0;
			input.setAttribute("aria-expanded", String(hits.length > 0));
			active = -1;
			input.removeAttribute("aria-activedescendant");
		};
		const ask = async () => {
			const text = input.value.trim();
			if (asking) asking.abort();
			if (text.length < 2) { close(); return; }
			asking = new AbortController();
			try {
				hits = await find(text, asking.signal);
				show();
			} catch (error) {
				if (error.name !== "AbortError") close();
			}
		};
		input.addEventListener("input", () => {
			delete input.dataset.id;
			clearTimeout(timer);
			timer = setTimeout(ask, WAIT_MS);
		});
		input.addEventListener("keydown", (event) => {
			const count = list.children.length;
			if (event.key === "Escape" && count > 0) { event.preventDefault(); close(); }
			if (count === 0) return;
			if (event.key === "ArrowDown") { event.preventDefault(); mark((active + 1) % count); }
			if (event.key === "ArrowUp") { event.preventDefault(); mark(active <= 0 ? count - 1 : active - 1); }
			if (event.key === "Enter" && active >= 0) { event.preventDefault(); take(active); }
		});
		input.addEventListener("blur", close);
	};

	for (const form of document.querySelectorAll("form.search")) {
		const input = form.querySelector("[type=search]");
		const first = form.querySelector("[name=with]");
		complete(input, (hit) => {
			location.href = first ? `/compare/${first.value}-vs-${hit.id}` : `/occupations/${hit.id}`;
		});
	}

	/* Both fields show titles; what is sent are ids, which mean one each. */
	for (const form of document.querySelectorAll("form.pick")) {
		const inputs = [...form.querySelectorAll("[name=o]")];
		inputs.forEach((input, i) => complete(input, (hit) => {
			input.value = hit.title;
			input.dataset.id = hit.id;
			(inputs[i + 1] || form.querySelector("button")).focus();
		}));
		form.addEventListener("submit", (event) => {
			event.preventDefault();
			location.href = "/compare/" + inputs.map((input) => encodeURIComponent(input.dataset.id || input.value.trim())).join("-vs-");
		});
	}

	const contents = document.querySelector(".contents ul");
	const canonical = document.querySelector("link[rel=canonical]");
	if (contents && canonical && navigator.clipboard) {
		const button = element("button", { type: "button" }, "Copy link");
		const item = element("li", {});
		button.addEventListener("click", async () => {
			await navigator.clipboard.writeText(canonical.href);
			button.textContent = "Copied";
			setTimeout(() => { button.textContent = "Copy link"; }, COPIED_MS);
		});
		item.append(button);
		contents.append(item);
	}
})();
