//! Fewer colours for terminals that have fewer.

use ratatui::style::{Color, Style};

/// How many colours a terminal shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// Sixteen million.
    True,
    /// The 256 of xterm: a cube of 6 × 6 × 6 and 24 greys.
    Indexed,
    None,
}

impl Depth {
    /// From what the environment says in `NO_COLOR`, `COLORTERM` and `TERM`.
    pub fn from_environment(no_color: Option<&str>, colorterm: Option<&str>, term: Option<&str>) -> Self {
        if no_color.is_some_and(|value| !value.is_empty()) || term == Some("dumb") {
            return Depth::None;
        }
        let direct = colorterm.is_some_and(|value| matches!(value, "truecolor" | "24bit"))
            || term.is_some_and(|term| term.ends_with("-direct"));
        if direct { Depth::True } else { Depth::Indexed }
    }
}

pub(super) fn reduce(style: Style, depth: Depth) -> Style {
    let map = |colour: Option<Color>| match (depth, colour) {
        (Depth::None, Some(_)) => Some(Color::Reset),
        (Depth::Indexed, Some(Color::Rgb(r, g, b))) => Some(Color::Indexed(nearest(r, g, b))),
        (_, colour) => colour,
    };
    Style { fg: map(style.fg), bg: map(style.bg), ..style }
}

/// The nearest of the 256 colours, by squared distance, out of the cube and the greys.
fn nearest(r: u8, g: u8, b: u8) -> u8 {
    const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];
    let distance =
        |to: [u8; 3]| -> u32 { [r, g, b].iter().zip(to).map(|(a, b)| u32::from(a.abs_diff(b)).pow(2)).sum() };
    let step = |value: u8| (0u8..6).min_by_key(|i| STEPS[usize::from(*i)].abs_diff(value)).unwrap_or(0);
    let (ri, gi, bi) = (step(r), step(g), step(b));
    let cube = [STEPS[usize::from(ri)], STEPS[usize::from(gi)], STEPS[usize::from(bi)]];
    let grey = (0u8..24).min_by_key(|i| distance([8 + 10 * i; 3])).unwrap_or(0);
    if distance([8 + 10 * grey; 3]) < distance(cube) { 232 + grey } else { 16 + 36 * ri + 6 * gi + bi }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_brought_to_their_nearest() {
        fn check(rgb: (u8, u8, u8), expect: u8) {
            assert_eq!(nearest(rgb.0, rgb.1, rgb.2), expect);
        }
        check((0, 0, 0), 16);
        check((255, 255, 255), 231);
        check((255, 0, 0), 196);
        check((18, 18, 18), 233);
        check((95, 135, 175), 67);
    }

    #[test]
    fn the_environment_says_how_many_colours_there_are() {
        assert_eq!(Depth::from_environment(Some("1"), Some("truecolor"), None), Depth::None);
        assert_eq!(Depth::from_environment(Some(""), Some("truecolor"), None), Depth::True);
        assert_eq!(Depth::from_environment(None, None, Some("xterm-256color")), Depth::Indexed);
        assert_eq!(Depth::from_environment(None, None, Some("dumb")), Depth::None);
    }

    #[test]
    fn without_colours_everything_is_the_terminals_own() {
        let style = reduce(Style::new().fg(Color::Red).bg(Color::Rgb(1, 2, 3)).bold(), Depth::None);
        assert_eq!(style, Style::new().fg(Color::Reset).bg(Color::Reset).bold());
    }
}
