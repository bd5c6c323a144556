//! For a wiki, an issue, or a review.

use super::block::{Block, Said, Table};
use crate::policy::turns::TurnKind;
use crate::policy::visible::visible;
use crate::report::paint::{markdown_words, own_words};

pub(super) fn render(title: &str, blocks: &[Block]) -> String {
    let mut out = format!("# {}\n", markdown_words(title));
    for block in blocks {
        out.push('\n');
        out.push_str(&one(block));
    }
    out
}

fn one(block: &Block) -> String {
    match block {
        Block::Heading(words) => format!("## {}\n", markdown_words(words)),
        Block::Subheading(words) => format!("### {}\n", markdown_words(words)),
        Block::Paragraph(words) => format!("{}\n", markdown_words(words)),
        Block::Facts(facts) => {
            facts.iter().map(|(name, words)| format!("- **{name}**: {}\n", markdown_words(words))).collect()
        }
        Block::Table(table) => of_table(table),
        Block::Turns(turns) => turns.iter().map(said).collect::<Vec<_>>().join("\n"),
        Block::Items(items) => items.iter().map(|item| format!("- {}\n", markdown_words(item))).collect(),
        Block::Command(command) => fenced(command),
    }
}

fn of_table(table: &Table) -> String {
    let row = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let mut out = row(table.columns.iter().map(|column| column.title.to_owned()).collect());
    out.push_str(&row(table.columns.iter().map(|c| if c.right { "---:" } else { "---" }.to_owned()).collect()));
    for cells in &table.rows {
        out.push_str(&row(cells.iter().map(|cell| markdown_words(cell)).collect()));
    }
    out
}

fn said(turn: &Said) -> String {
    let arrow = if turn.kind == TurnKind::Call { "→ " } else { "" };
    let who = format!("**{arrow}{}**\n", markdown_words(&turn.who));
    if turn.text.is_empty() { who } else { format!("{who}\n{}", fenced(&turn.text)) }
}

/// Between fences longer than any run of backticks within, so that nothing in it ends them.
fn fenced(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat((longest + 1).max(3));
    let lines: String =
        visible(text).lines().map(|line| format!("{}\n", own_words(&line.replace('\t', "    ")))).collect();
    format!("{fence}\n{lines}{fence}\n")
}
