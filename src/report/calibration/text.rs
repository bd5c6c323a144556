//! For a terminal, or a file of plain text.

use super::block::{Block, Said, Table};
use crate::policy::turns::TurnKind;
use crate::policy::visible::visible;
use crate::report::paint::{Paint, own_words};
use crate::report::table::{Cell, lines};

pub(super) fn render(title: &str, blocks: &[Block], paint: Paint) -> String {
    let mut out = format!("{}\n", paint.bold(own_words(title)));
    for block in blocks {
        out.push_str(&one(block, paint));
    }
    out
}

fn one(block: &Block, paint: Paint) -> String {
    let own = |text: &str| own_words(text).into_owned();
    match block {
        Block::Heading(words) => format!("\n{}\n", paint.bold(own(&words.to_uppercase()))),
        Block::Subheading(words) => format!("\n  {}\n", paint.bold(own(words))),
        Block::Paragraph(words) => format!("  {}\n", own(words)),
        Block::Facts(facts) => {
            let row = |(name, words): &(&str, String)| {
                vec![Cell::new(*name).painted(|name| paint.dim(name)), Cell::new(own(words))]
            };
            lines(&facts.iter().map(row).collect::<Vec<_>>(), 2)
        }
        Block::Table(table) => of_table(table, paint),
        Block::Turns(turns) => turns.iter().map(|turn| said(turn, paint)).chain(["\n".to_owned()]).collect(),
        Block::Items(items) => items.iter().map(|item| format!("  · {}\n", own(item))).collect(),
        Block::Command(command) => format!("  {}\n", paint.dim(format!("$ {}", own(command)))),
    }
}

fn of_table(table: &Table, paint: Paint) -> String {
    let cell = |at: usize, text: String| {
        let right = table.columns.get(at).is_some_and(|column| column.right);
        if right { Cell::new(text).right() } else { Cell::new(text) }
    };
    let titles = table.columns.iter().enumerate();
    let mut rows: Vec<Vec<Cell>> =
        vec![titles.map(|(at, c)| cell(at, c.title.to_owned()).painted(|title| paint.dim(title))).collect()];
    for row in &table.rows {
        rows.push(row.iter().enumerate().map(|(at, text)| cell(at, own_words(text).into_owned())).collect());
    }
    lines(&rows, 2)
}

fn said(turn: &Said, paint: Paint) -> String {
    let arrow = if turn.kind == TurnKind::Call { "→ " } else { "" };
    let mut out = format!("    {}\n", paint.dim(format!("{arrow}{}", own_words(&turn.who))));
    for line in visible(&turn.text).lines() {
        out.push_str(&format!("      {}\n", own_words(&line.replace('\t', "    "))));
    }
    out
}
