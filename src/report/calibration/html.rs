//! One file that needs nothing else: no script, no font, no picture; made for paper, for bright and for dark rooms.

use super::block::{Block, Said, Table};
use crate::policy::turns::TurnKind;
use crate::policy::visible::visible;
use crate::report::paint::xml_words;

/// Everything that it looks like. What a browser prints is black on white, and no table row or case is torn in two.
const STYLE: &str = "\
:root { color-scheme: light dark; --ground: #fff; --words: #1c1e21; --dim: #5c636b; --line: #d5d9de; --tint: #f4f5f7; --accent: #1f5fa8; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #15181c; --words: #e3e6ea; --dim: #9aa3ad; --line: #363c44; --tint: #1e2329; --accent: #7db4f0; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 62rem; padding: 2rem 1.25rem 4rem; background: var(--ground); color: var(--words);
  font: 16px/1.5 system-ui, sans-serif; overflow-wrap: break-word; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 1rem; }
h2 { font-size: 1.2rem; margin: 2.5rem 0 .75rem; padding-bottom: .25rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.75rem 0 .5rem; }
p { margin: .5rem 0; max-width: 46rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1.25rem; margin: .5rem 0; }
dt { color: var(--dim); }
dd { margin: 0; }
table { border-collapse: collapse; margin: .75rem 0; font-size: .92rem; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: .3rem .9rem .3rem 0; border-bottom: 1px solid var(--line); }
th { color: var(--dim); font-weight: 600; }
th.n, td.n { text-align: right; white-space: nowrap; }
.wide { overflow-x: auto; }
.turn { border-left: 3px solid var(--line); background: var(--tint); padding: .5rem .8rem; margin: .4rem 0; }
.turn.response { border-left-color: var(--accent); }
.turn.call { margin-left: 1.25rem; }
.who { color: var(--dim); font-size: .85rem; font-weight: 600; }
.said { white-space: pre-wrap; }
pre { background: var(--tint); padding: .5rem .8rem; overflow-x: auto; font-size: .88rem; }
@media print {
  :root { --ground: #fff; --words: #000; --dim: #444; --line: #bbb; --tint: #f6f6f6; --accent: #000; }
  body { max-width: none; padding: 0; font-size: 10.5pt; }
  h2, h3 { break-after: avoid; }
  tr, .turn { break-inside: avoid; }
  pre { white-space: pre-wrap; }
}
";

pub(super) fn render(title: &str, blocks: &[Block]) -> String {
    let title = xml_words(title);
    let body: String = blocks.iter().map(one).collect();
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n{body}</body>\n</html>\n"
    )
}

fn one(block: &Block) -> String {
    match block {
        Block::Heading(words) => format!("<h2>{}</h2>\n", xml_words(words)),
        Block::Subheading(words) => format!("<h3>{}</h3>\n", xml_words(words)),
        Block::Paragraph(words) => format!("<p>{}</p>\n", xml_words(words)),
        Block::Facts(facts) => {
            let fact = |(name, words): &(&str, String)| format!("<dt>{name}</dt><dd>{}</dd>\n", xml_words(words));
            format!("<dl>\n{}</dl>\n", facts.iter().map(fact).collect::<String>())
        }
        Block::Table(table) => of_table(table),
        Block::Turns(turns) => turns.iter().map(said).collect(),
        Block::Items(items) => {
            let items: String = items.iter().map(|item| format!("<li>{}</li>\n", xml_words(item))).collect();
            format!("<ul>\n{items}</ul>\n")
        }
        Block::Command(command) => format!("<pre>{}</pre>\n", xml_words(command)),
    }
}

fn of_table(table: &Table) -> String {
    let cell = |tag: &str, at: usize, text: &str| {
        let class = if table.columns.get(at).is_some_and(|column| column.right) { " class=\"n\"" } else { "" };
        format!("<{tag}{class}>{}</{tag}>", xml_words(text))
    };
    let titles: String = table.columns.iter().enumerate().map(|(at, column)| cell("th", at, column.title)).collect();
    let row = |cells: &Vec<String>| {
        let cells: String = cells.iter().enumerate().map(|(at, text)| cell("td", at, text)).collect();
        format!("<tr>{cells}</tr>\n")
    };
    let rows: String = table.rows.iter().map(row).collect();
    format!("<div class=\"wide\"><table>\n<thead><tr>{titles}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table></div>\n")
}

fn said(turn: &Said) -> String {
    let class = match turn.kind {
        TurnKind::Said => "turn",
        TurnKind::Call => "turn call",
        TurnKind::Response => "turn response",
    };
    // Line by line: within a line nothing stays that could end it.
    let lines: Vec<String> = visible(&turn.text).lines().map(|line| xml_words(&line.replace('\t', "    "))).collect();
    let text = if lines.is_empty() { String::new() } else { format!("<div class=\"said\">{}</div>", lines.join("\n")) };
    format!("<div class=\"{class}\"><div class=\"who\">{}</div>{text}</div>\n", xml_words(&turn.who))
}
