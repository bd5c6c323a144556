//! The terminal: the only file that knows how it is spoken to.
//!
//! What [`Terminal::enter`] turns on is turned off again by one function, whether the program ends, panics or
//! gives the terminal to an editor for a while.

use super::event::{Code, Event, Key, Mouse, MouseKind};
use crossterm::event as ct;
use crossterm::style::{Print, force_color_output};
use crossterm::terminal::{
    BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode,
    enable_raw_mode,
};
use crossterm::{cursor, execute, queue};
use ratatui::backend::CrosstermBackend;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use signal_hook::consts::SIGWINCH;
use std::io::{self, BufWriter, Stdout, Write, stdout};
use std::mem;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, Once, PoisonError};
use std::thread;
use std::time::Duration;

/// Presses, drags and the wheel, but not every move of the mouse, of which nothing is made.
const MOUSE_ON: &str = "\x1b[?1000h\x1b[?1002h\x1b[?1006h";
const MOUSE_OFF: &str = "\x1b[?1006l\x1b[?1002l\x1b[?1000l";
/// How long the reading thread looks for more of what arrives together. Not zero, with which the library gives nothing
/// of what it has read already.
const TOGETHER: Duration = Duration::from_micros(20);
/// Events that are taken at once.
const BURST: usize = 1 << 16;

/// Whether the terminal is ours just now.
static ENTERED: AtomicBool = AtomicBool::new(false);

/// The terminal while it is ours. Dropping it gives it back.
pub struct Terminal {
    inner: ratatui::Terminal<CrosstermBackend<BufWriter<Stdout>>>,
    /// Something else than the last frame may be shown.
    stale: bool,
}

impl Terminal {
    /// Takes the terminal: raw mode, the alternate screen, mouse, bracketed paste, focus events.
    pub fn enter() -> io::Result<Self> {
        hook_panics();
        // Under NO_COLOR the library writes an empty style, which would cancel reverse video; the theme without
        // colours does that job properly.
        force_color_output(true);
        let inner = ratatui::Terminal::new(CrosstermBackend::new(BufWriter::with_capacity(1 << 16, stdout())))?;
        let mut terminal = Terminal { inner, stale: false };
        terminal.take()?;
        Ok(terminal)
    }

    /// Draws one frame, shown at once; `render` gives the place of the cursor, if there is one.
    pub fn draw(&mut self, render: impl FnOnce(Rect, &mut Buffer) -> Option<Position>) -> io::Result<()> {
        queue!(self.inner.backend_mut(), BeginSynchronizedUpdate)?;
        if mem::take(&mut self.stale) {
            // Setting the size clears as well. The library's own `clear` asks the terminal where its cursor is, and the
            // answer, which the input thread reads, would be waited for in vain.
            let size = self.inner.size()?;
            self.inner.resize(Rect::new(0, 0, size.width, size.height))?;
        }
        self.inner.draw(|frame| {
            let area = frame.area();
            if let Some(cursor) = render(area, frame.buffer_mut()) {
                frame.set_cursor_position(cursor);
            }
        })?;
        execute!(self.inner.backend_mut(), EndSynchronizedUpdate)
    }

    /// The window has another size. Has everything drawn anew even if it is the old size again: what was cut off in
    /// between is not there any more.
    pub fn resized(&mut self) {
        self.stale = true;
    }

    /// Gives the terminal to another program, such as an editor, while `run` runs it.
    pub fn suspended<R>(&mut self, input: &InputThread, run: impl FnOnce() -> R) -> io::Result<R> {
        input.pause();
        restore();
        let result = run();
        let taken = self.take();
        self.stale = true;
        input.resume();
        taken.map(|()| result)
    }

    /// Puts a text on the clipboard, where the terminal allows it (OSC 52).
    pub fn copy(&mut self, text: &str) -> io::Result<()> {
        execute!(self.inner.backend_mut(), Print(format!("\x1b]52;c;{}\x07", base64(text.as_bytes()))))
    }

    fn take(&mut self) -> io::Result<()> {
        enable_raw_mode()?;
        ENTERED.store(true, Ordering::SeqCst);
        let entered = execute!(
            self.inner.backend_mut(),
            EnterAlternateScreen,
            Print(MOUSE_ON),
            ct::EnableBracketedPaste,
            ct::EnableFocusChange,
            cursor::Hide
        );
        if entered.is_err() {
            restore();
        }
        entered
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        restore();
    }
}

/// Gives the terminal back as it was found. Does nothing if it is not ours, and may be called from any thread.
pub fn restore() {
    if !ENTERED.swap(false, Ordering::SeqCst) {
        return;
    }
    let mut out = stdout();
    // Each on its own: what fails must not keep the rest from being undone.
    let _ = execute!(out, EndSynchronizedUpdate);
    let _ = execute!(out, ct::DisableFocusChange);
    let _ = execute!(out, ct::DisableBracketedPaste);
    let _ = execute!(out, Print(MOUSE_OFF));
    let _ = execute!(out, LeaveAlternateScreen);
    let _ = execute!(out, cursor::Show, Print("\x1b[0m"));
    let _ = out.flush();
    let _ = disable_raw_mode();
}

/// A panic of the screen's own thread gives the terminal back before it is told. One of another thread, which a job
/// turns into a message, must neither end the screen nor write into it.
fn hook_panics() {
    static HOOKED: Once = Once::new();
    let screen = thread::current().id();
    HOOKED.call_once(|| {
        let previous = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if ENTERED.load(Ordering::SeqCst) && thread::current().id() != screen {
                return;
            }
            restore();
            previous(info);
        }));
    });
}

/// The thread that reads what is typed.
pub struct InputThread {
    gate: Arc<Gate>,
}

#[derive(Default)]
struct Gate {
    state: Mutex<GateState>,
    changed: Condvar,
}

#[derive(Default)]
struct GateState {
    paused: bool,
    /// The thread stands at the gate and reads nothing.
    waiting: bool,
    ended: bool,
}

impl InputThread {
    /// Starts to read. `send` gets everything that arrived together, an empty burst at the end (the terminal is
    /// gone), and says whether anyone still listens.
    pub fn start(send: impl Fn(Vec<Event>) -> bool + Send + 'static) -> io::Result<Self> {
        let gate = Arc::new(Gate::default());
        let own = gate.clone();
        thread::Builder::new().name("input".into()).spawn(move || {
            while own.pass() {
                match read_burst() {
                    Ok(burst) if burst.is_empty() => {}
                    Ok(burst) => {
                        if !send(burst) {
                            break;
                        }
                    }
                    Err(_) => {
                        send(Vec::new());
                        break;
                    }
                }
            }
            own.end();
        })?;
        Ok(InputThread { gate })
    }

    /// Returns when the thread reads no more, so that another program gets all that is typed.
    fn pause(&self) {
        let mut state = self.gate.lock();
        state.paused = true;
        stir();
        let done = self.gate.changed.wait_while(state, |state| !state.waiting && !state.ended);
        drop(done);
    }

    fn resume(&self) {
        self.gate.lock().paused = false;
        self.gate.changed.notify_all();
    }
}

impl Drop for InputThread {
    fn drop(&mut self) {
        self.gate.lock().ended = true;
        self.gate.changed.notify_all();
        stir();
    }
}

impl Gate {
    fn lock(&self) -> std::sync::MutexGuard<'_, GateState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits while paused; says whether to go on reading.
    fn pass(&self) -> bool {
        let mut state = self.lock();
        state.waiting = state.paused;
        if state.waiting {
            self.changed.notify_all();
        }
        let mut state = self
            .changed
            .wait_while(state, |state| state.paused && !state.ended)
            .unwrap_or_else(PoisonError::into_inner);
        state.waiting = false;
        !state.ended
    }

    fn end(&self) {
        self.lock().ended = true;
        self.changed.notify_all();
    }
}

/// Has the reading thread return from waiting: what it is told of a window's size is all that it hears besides keys.
fn stir() {
    let _ = signal_hook::low_level::raise(SIGWINCH);
}

/// Waits until there is something to read, and gives everything that is there; empty if it was nothing of use.
fn read_burst() -> io::Result<Vec<Event>> {
    let mut burst = Vec::new();
    loop {
        burst.extend(convert(ct::read()?));
        if burst.len() >= BURST || !ct::poll(TOGETHER)? {
            return Ok(burst);
        }
    }
}

fn convert(event: ct::Event) -> Option<Event> {
    Some(match event {
        ct::Event::Key(key) if key.kind == ct::KeyEventKind::Release => return None,
        ct::Event::Key(key) => Event::Key(convert_key(key)?),
        ct::Event::Paste(text) => Event::Paste(text),
        // The loop hears of it from the signal itself.
        ct::Event::Resize(..) => return None,
        ct::Event::FocusGained => Event::FocusGained,
        ct::Event::FocusLost => Event::FocusLost,
        ct::Event::Mouse(mouse) => {
            let kind = match mouse.kind {
                ct::MouseEventKind::Down(ct::MouseButton::Left) => MouseKind::Press,
                ct::MouseEventKind::Drag(ct::MouseButton::Left) => MouseKind::Drag,
                ct::MouseEventKind::Up(ct::MouseButton::Left) => MouseKind::Release,
                ct::MouseEventKind::Down(_) => MouseKind::Other,
                ct::MouseEventKind::ScrollUp => MouseKind::ScrollUp,
                ct::MouseEventKind::ScrollDown => MouseKind::ScrollDown,
                _ => return None,
            };
            Event::Mouse(Mouse { kind, column: mouse.column, row: mouse.row })
        }
    })
}

fn convert_key(key: ct::KeyEvent) -> Option<Key> {
    let held = |modifier| key.modifiers.contains(modifier);
    let shift = held(ct::KeyModifiers::SHIFT);
    let code = match key.code {
        ct::KeyCode::Char(c) => Code::Char(c),
        ct::KeyCode::F(n) => Code::F(n),
        ct::KeyCode::Enter => Code::Enter,
        ct::KeyCode::Esc => Code::Esc,
        ct::KeyCode::Tab | ct::KeyCode::BackTab => Code::Tab,
        ct::KeyCode::Backspace => Code::Backspace,
        ct::KeyCode::Delete => Code::Delete,
        ct::KeyCode::Insert => Code::Insert,
        ct::KeyCode::Up => Code::Up,
        ct::KeyCode::Down => Code::Down,
        ct::KeyCode::Left => Code::Left,
        ct::KeyCode::Right => Code::Right,
        ct::KeyCode::Home => Code::Home,
        ct::KeyCode::End => Code::End,
        ct::KeyCode::PageUp => Code::PageUp,
        ct::KeyCode::PageDown => Code::PageDown,
        _ => return None,
    };
    let shift = shift || key.code == ct::KeyCode::BackTab;
    Some(Key::new(code, held(ct::KeyModifiers::CONTROL), held(ct::KeyModifiers::ALT), shift))
}

/// RFC 4648, section 4.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().fold(0u32, |word, byte| (word << 8) | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for n in 0..4 {
            let digit = DIGITS[(word >> (18 - 6 * n)) as usize & 63];
            out.push(if n <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use portable_pty::{CommandBuilder, PtySize, native_pty_system};
    use std::io::Read;
    use std::sync::mpsc::{RecvTimeoutError, channel};
    use std::time::Instant;

    #[test]
    fn keys_are_brought_into_one_form() {
        fn check(code: ct::KeyCode, modifiers: ct::KeyModifiers, expect: &str) {
            let key = convert_key(ct::KeyEvent::new(code, modifiers)).unwrap();
            assert_eq!(key, expect.parse().unwrap());
        }
        check(ct::KeyCode::Char('J'), ct::KeyModifiers::SHIFT, "J");
        check(ct::KeyCode::Char('j'), ct::KeyModifiers::SHIFT, "J");
        check(ct::KeyCode::Char('P'), ct::KeyModifiers::CONTROL, "ctrl-p");
        check(ct::KeyCode::BackTab, ct::KeyModifiers::NONE, "shift-tab");
        check(ct::KeyCode::BackTab, ct::KeyModifiers::SHIFT, "shift-tab");
        check(ct::KeyCode::Up, ct::KeyModifiers::ALT, "alt-up");
    }

    #[test]
    fn bytes_are_encoded_for_the_clipboard() {
        assert_eq!(
            ["", "f", "fo", "foo", "foob"].map(|text| base64(text.as_bytes())),
            ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg=="]
        );
    }

    /// Not a test: what the tests below run in a terminal of its own.
    #[test]
    #[ignore = "needs a terminal; run by the other tests"]
    fn in_a_terminal() {
        let mut terminal = Terminal::enter().unwrap();
        let (sender, events) = channel();
        let input = InputThread::start(move |burst| sender.send(burst).is_ok()).unwrap();
        let mut words = "ready".to_owned();
        let mut left = 40;
        while left > 0 {
            terminal
                .draw(|area, buf| {
                    buf.set_stringn(0, 0, &words, usize::from(area.width), ratatui::style::Style::new().reversed());
                    None
                })
                .unwrap();
            for event in events.recv_timeout(Duration::from_secs(10)).unwrap() {
                left -= 1;
                match event {
                    Event::Key(key) if key == "q".parse().unwrap() => return,
                    Event::Key(key) if key == "x".parse().unwrap() => panic!("as asked"),
                    Event::Key(key) if key == "e".parse().unwrap() => {
                        let edit = || stdout().write_all(b"editing\n").and_then(|()| stdout().flush());
                        terminal.suspended(&input, edit).unwrap().unwrap();
                        words = "back".to_owned();
                    }
                    Event::Key(key) if key == "j".parse().unwrap() => {
                        drop(thread::spawn(|| panic!("of a job")).join());
                        words = "alive".to_owned();
                    }
                    other => words = format!("{other:?}"),
                }
            }
        }
    }

    /// Runs the above in a pseudo-terminal: after each of the expected words the next keys are sent. Gives all output.
    fn in_pty(steps: &[(&str, &str)]) -> String {
        let pty = native_pty_system().openpty(PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 }).unwrap();
        let mut command = CommandBuilder::new(std::env::current_exe().unwrap());
        command.args(["--exact", "tui::term::tests::in_a_terminal", "--ignored", "--nocapture", "--test-threads=1"]);
        command.env("TERM", "xterm-256color");
        command.env("NO_COLOR", "1");
        let mut child = pty.slave.spawn_command(command).unwrap();
        drop(pty.slave);
        let mut reader = pty.master.try_clone_reader().unwrap();
        let mut writer = pty.master.take_writer().unwrap();
        let (sender, chunks) = channel();
        thread::spawn(move || {
            let mut chunk = [0; 4096];
            while let Ok(n @ 1..) = reader.read(&mut chunk) {
                if sender.send(chunk[..n].to_vec()).is_err() {
                    break;
                }
            }
        });
        let mut out = Vec::new();
        let (mut step, mut seen) = (0, 0);
        let until = Instant::now() + Duration::from_secs(20);
        while Instant::now() < until {
            match chunks.recv_timeout(Duration::from_millis(100)) {
                Ok(chunk) => out.extend(chunk),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            let text = String::from_utf8_lossy(&out[seen..]);
            if let Some((words, keys)) = steps.get(step)
                && text.contains(words)
            {
                seen = out.len();
                step += 1;
                writer.write_all(keys.as_bytes()).unwrap();
                writer.flush().unwrap();
            }
        }
        let _ = child.wait();
        String::from_utf8_lossy(&out).into_owned()
    }

    fn restored(out: &str) -> bool {
        let undone = ["\x1b[?1049l", "\x1b[?1000l", "\x1b[?2004l", "\x1b[?1004l", "\x1b[?25h"];
        let after = |on: &str, off: &str| out.rfind(off) > out.rfind(on);
        undone.iter().all(|off| out.contains(off))
            && after("\x1b[?1049h", "\x1b[?1049l")
            && after("\x1b[?25l", "\x1b[?25h")
            && after("\x1b[?1000h", "\x1b[?1000l")
    }

    #[test]
    fn the_terminal_is_given_back_at_the_end() {
        let out = in_pty(&[("ready", "q")]);
        assert!(restored(&out), "{out:?}");
        assert!(out.contains("\x1b[?2026h"), "drawn at once: {out:?}");
        assert!(!out.contains("\x1b[;m"), "{out:?}");
    }

    #[test]
    fn a_panic_gives_the_terminal_back_before_it_is_told() {
        let out = in_pty(&[("ready", "x")]);
        assert!(restored(&out), "{out:?}");
        assert!(out.find("as asked") > out.find("\x1b[?1049l"), "{out:?}");
    }

    #[test]
    fn a_panic_elsewhere_leaves_the_screen_alone() {
        let out = in_pty(&[("ready", "j"), ("alive", "q")]);
        assert!(!out.contains("of a job"), "{out:?}");
        assert!(restored(&out), "{out:?}");
    }

    #[test]
    fn an_editor_gets_the_terminal_and_gives_it_back() {
        let out = in_pty(&[("ready", "e"), ("back", "q")]);
        let editing = out.find("editing").unwrap();
        assert!(!out.contains("\x1b[6n"), "asks nothing: {out:?}");
        assert!(out[..editing].contains("\x1b[?1049l") && out[editing..].contains("\x1b[?1049h"), "{out:?}");
        assert!(restored(&out), "{out:?}");
    }

    #[test]
    fn a_bracketed_paste_is_one_event() {
        let out = in_pty(&[("ready", "\x1b[200~a\nb\x1b[201~"), ("Paste", "q")]);
        assert!(out.contains("Paste(\"a\\nb\")"), "{out:?}");
    }
}
