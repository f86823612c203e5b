// Completion of prefixed names: the classes, properties and things that the graph holds, with their labels.

export function completer(terms, english) {
  const items = terms.items.map((item) => ({
    ...item,
    search: item.name.toLowerCase(),
    local: item.name.slice(item.name.indexOf(":") + 1).toLowerCase(),
    words: english ? item.label.en || item.label.zh : item.label.zh,
  }));
  const known = new Map(items.map((item) => [item.name, item]));

  return {
    name: "zhiyin",
    bulk: false,
    autoShow: true,
    isValidCompletionPosition(yasqe) {
      const token = yasqe.getCompleteToken();
      return /^[A-Za-z][\w-]*:?[\w.-]*$/.test(token.string) && token.type !== "comment" && token.type !== "string";
    },
    get(yasqe, token) {
      const typed = (token?.string ?? "").toLowerCase();
      if (!typed) return [];
      const starts = items.filter((item) => item.search.startsWith(typed) || item.local.startsWith(typed));
      const rest = typed.length > 2 ? items.filter((item) => !starts.includes(item) && item.search.includes(typed)) : [];
      return [...starts, ...rest].slice(0, 60).map((item) => item.name);
    },
    postprocessHints(yasqe, hints) {
      for (const hint of hints) {
        const item = known.get(hint.text);
        hint.displayText = item?.words ? hint.text + "   " + item.words : hint.text;
        hint.hint = (editor, data, chosen) => {
          editor.getDoc().replaceRange(chosen.text, chosen.from ?? data.from, chosen.to ?? data.to, "complete");
          const prefix = chosen.text.slice(0, chosen.text.indexOf(":"));
          if (terms.prefixes[prefix] && !editor.getPrefixesFromQuery()[prefix]) {
            editor.addPrefixes({ [prefix]: terms.prefixes[prefix] });
          }
        };
      }
      return hints;
    },
  };
}
