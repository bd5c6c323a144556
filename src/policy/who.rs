//! The folders that labelers' and adjudicators' records lie in, each named after its owner.

use super::visible::is_hostile;

/// Longer names are no folders on any of our systems.
const LONGEST: usize = 240;
/// Names that some systems take for devices, whatever their ending.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// The name of the folder of whoever is called `who`: the name itself where a folder can be called so (such as
/// `ana@example.org`), else with what cannot stand in one written as `%2F`. [`owner_of`] reads it back. `None` where
/// the name is empty or too long.
pub fn folder_of(who: &str) -> Option<String> {
    let mut folder = String::with_capacity(who.len());
    for (at, c) in who.char_indices() {
        let last = at + c.len_utf8() == who.len();
        let at_an_end = (at == 0 || last) && matches!(c, '.' | ' ');
        let device = at == 0 && is_device(who);
        if at_an_end
            || device
            || is_hostile(c)
            || matches!(c, '%' | '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|')
        {
            let mut bytes = [0; 4];
            c.encode_utf8(&mut bytes).bytes().for_each(|byte| folder.push_str(&format!("%{byte:02X}")));
        } else {
            folder.push(c);
        }
    }
    (!folder.is_empty() && folder.len() <= LONGEST).then_some(folder)
}

/// Whether two names may be one person's: they are the same before the `@`, whatever the case of their letters.
pub fn may_be_one(a: &str, b: &str) -> bool {
    let short = |name: &str| name.split('@').next().unwrap_or_default().to_lowercase();
    short(a) == short(b)
}

/// Whose folder it is. Folders that casebook did not name are read as far as they can be.
pub fn owner_of(folder: &str) -> String {
    let mut bytes = Vec::with_capacity(folder.len());
    let mut rest = folder.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let code = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        match code.filter(|_| first == b'%').and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| folder.to_owned())
}

fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().to_ascii_lowercase();
    let port =
        |kind: &str| stem.strip_prefix(kind).is_some_and(|n| n.len() == 1 && n.bytes().all(|b| b.is_ascii_digit()));
    DEVICES.contains(&stem.as_str()) || port("com") || port("lpt")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(who: &str, folder: &str) {
        assert_eq!(folder_of(who).as_deref(), Some(folder));
        assert_eq!(owner_of(folder), who);
    }

    #[test]
    fn plain_names_are_their_folders() {
        check("ana@example.org", "ana@example.org");
        check("José Müller-Ωmega +1", "José Müller-Ωmega +1");
        check("model:x/7", "model%3Ax%2F7");
        check("console", "console");
    }

    #[test]
    fn hostile_names_stay_one_folder() {
        check("..", "%2E%2E");
        check(".git", "%2Egit");
        check("../../etc/passwd", "%2E.%2F..%2Fetc%2Fpasswd");
        check("a%2Fb", "a%252Fb");
        check("con", "%63on");
        check("COM1.txt", "%43OM1.txt");
        check("a\u{202e}\u{1b}[2J", "a%E2%80%AE%1B[2J");
        check(" ", "%20");
        check("a. ", "a.%20");
        assert_eq!(folder_of(""), None);
        assert_eq!(folder_of(&"é".repeat(200)), None);
    }

    proptest::proptest! {
        #[test]
        fn every_name_has_a_folder_of_its_own(who in "\\PC{1,20}|[./%\\\\: a]{1,12}|\\p{C}{1,5}") {
            if let Some(folder) = folder_of(&who) {
                proptest::prop_assert_eq!(owner_of(&folder), who);
                proptest::prop_assert!(!folder.starts_with('.') && !folder.contains(['/', '\\']) && !folder.chars().any(is_hostile));
            }
        }

        #[test]
        fn any_folder_can_be_read(folder in "[%a-fA-F0-9]{0,12}|\\PC{0,8}") {
            owner_of(&folder);
        }
    }
}
