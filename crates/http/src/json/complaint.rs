//! Why a text is no JSON, in the words of the JavaScript parser that clients are used to.
//!
//! Only a text that could not be read is walked here, to find the place and the sentence: `Unexpected end of JSON input`,
//! `Unexpected token 'x', "..." is not valid JSON` and so on.

/// Characters shown around the place of a mistake.
const CONTEXT: usize = 10;

/// The sentence for a text that is not valid.
pub(super) fn of(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut scan = Scan { chars: &chars, at: 0 };
    scan.skip_space();
    let mistake = match scan.peek() {
        Some('{' | '[') => scan.value().and_then(|()| scan.end()),
        Some(_) => Err(Mistake::Token),
        None => Err(Mistake::End),
    };
    match mistake {
        Err(Mistake::End) => "Unexpected end of JSON input".to_owned(),
        Err(Mistake::Token) => token(&chars, scan.at),
        Err(Mistake::At(what)) => at_position(&chars, scan.at, what),
        // Valid for a JavaScript parser, for which such a number is infinite.
        Ok(()) => "JSON holds a number out of range".to_owned(),
    }
}

/// `Unexpected token 'x', ..."before x after"... is not valid JSON`
fn token(chars: &[char], at: usize) -> String {
    let found = chars.get(at).copied().unwrap_or_default();
    let short = chars.len() <= CONTEXT * 2;
    let from = if short { 0 } else { at.saturating_sub(CONTEXT) };
    let to = if short {
        chars.len()
    } else {
        at.saturating_add(CONTEXT).min(chars.len())
    };
    let shown: String = chars.get(from..to).unwrap_or_default().iter().collect();
    let before = if from > 0 { "..." } else { "" };
    let after = if to < chars.len() { "..." } else { "" };
    format!("Unexpected token '{found}', {before}\"{shown}\"{after} is not valid JSON")
}

/// `What in JSON at position 5 (line 1 column 6)`
fn at_position(chars: &[char], at: usize, what: &str) -> String {
    let before = chars.get(..at).unwrap_or(chars);
    let line = before.iter().filter(|c| **c == '\n').count() + 1;
    let column = before.iter().rev().take_while(|c| **c != '\n').count() + 1;
    let within = if what.ends_with("JSON") { "" } else { " in JSON" };
    format!("{what}{within} at position {at} (line {line} column {column})")
}

/// What stands where something else should.
enum Mistake {
    /// The text ends.
    End,
    /// A character that cannot stand here.
    Token,
    /// A case that has a sentence of its own.
    At(&'static str),
}

/// A walk over the text that stops at the first mistake.
struct Scan<'a> {
    chars: &'a [char],
    at: usize,
}

impl Scan<'_> {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while self.peek().is_some_and(|c| matches!(c, ' ' | '\t' | '\n' | '\r')) {
            self.at += 1;
        }
    }

    fn end(&mut self) -> Result<(), Mistake> {
        self.skip_space();
        self.peek().map_or(Ok(()), |_| {
            Err(Mistake::At("Unexpected non-whitespace character after JSON"))
        })
    }

    fn expect(&mut self, wanted: char, what: &'static str) -> Result<(), Mistake> {
        self.skip_space();
        match self.peek() {
            Some(found) if found == wanted => {
                self.at += 1;
                Ok(())
            }
            Some(_) => Err(Mistake::At(what)),
            None => Err(Mistake::End),
        }
    }

    /// One value; lists and objects are kept on a stack of their own so that depth costs no call stack.
    fn value(&mut self) -> Result<(), Mistake> {
        let mut open: Vec<char> = Vec::new();
        loop {
            self.skip_space();
            match self.peek() {
                None => return Err(Mistake::End),
                Some(bracket @ ('{' | '[')) => {
                    self.at += 1;
                    self.skip_space();
                    let close = if bracket == '{' { '}' } else { ']' };
                    if self.peek() == Some(close) {
                        self.at += 1;
                    } else {
                        open.push(close);
                        if close == '}' {
                            self.key("Expected property name or '}'")?;
                        }
                        continue;
                    }
                }
                Some('"') => self.string()?,
                Some('-' | '0'..='9') => self.number()?,
                Some(_) => self.word()?,
            }
            if !self.close(&mut open)? {
                return Ok(());
            }
        }
    }

    /// After a value: closes what is complete; whether another value must follow.
    fn close(&mut self, open: &mut Vec<char>) -> Result<bool, Mistake> {
        while let Some(bracket) = open.last().copied() {
            self.skip_space();
            match self.peek() {
                None => return Err(Mistake::End),
                Some(',') => {
                    self.at += 1;
                    if bracket == '}' {
                        self.key("Expected double-quoted property name")?;
                    }
                    return Ok(true);
                }
                Some(found) if found == bracket => {
                    self.at += 1;
                    open.pop();
                }
                Some(_) if bracket == '}' => return Err(Mistake::At("Expected ',' or '}' after property value")),
                Some(_) => return Err(Mistake::At("Expected ',' or ']' after array element")),
            }
        }
        Ok(false)
    }

    fn key(&mut self, what: &'static str) -> Result<(), Mistake> {
        self.skip_space();
        match self.peek() {
            Some('"') => self.string()?,
            Some(_) => return Err(Mistake::At(what)),
            None => return Err(Mistake::End),
        }
        self.expect(':', "Expected ':' after property name")
    }

    fn string(&mut self) -> Result<(), Mistake> {
        loop {
            self.at += 1;
            match self.peek() {
                None => return Err(Mistake::At("Unterminated string")),
                Some('"') => break,
                Some('\\') => self.escape()?,
                Some(c) if u32::from(c) < 0x20 => return Err(Mistake::At("Bad control character in string literal")),
                Some(_) => {}
            }
        }
        self.at += 1;
        Ok(())
    }

    fn escape(&mut self) -> Result<(), Mistake> {
        self.at += 1;
        match self.peek() {
            Some('"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't') => Ok(()),
            Some('u') => {
                for _ in 0..4 {
                    self.at += 1;
                    if !self.peek().is_some_and(|c| c.is_ascii_hexdigit()) {
                        return Err(Mistake::At("Bad Unicode escape"));
                    }
                }
                Ok(())
            }
            Some(_) => Err(Mistake::At("Bad escaped character")),
            None => Err(Mistake::At("Unterminated string")),
        }
    }

    fn number(&mut self) -> Result<(), Mistake> {
        if self.peek() == Some('-') {
            self.at += 1;
        }
        let leading_zero = self.peek() == Some('0');
        self.digits("No number after minus sign")?;
        let start_of_rest = self.at;
        if leading_zero && start_of_rest > 1 && self.chars.get(start_of_rest - 1).is_some_and(char::is_ascii_digit) {
            let digits = self
                .chars
                .iter()
                .take(start_of_rest)
                .rev()
                .take_while(|c| c.is_ascii_digit())
                .count();
            if digits > 1 {
                self.at = start_of_rest - digits + 1;
                return Err(Mistake::At("Unexpected number"));
            }
        }
        if self.peek() == Some('.') {
            self.at += 1;
            self.digits("Unterminated fractional number")?;
        }
        if matches!(self.peek(), Some('e' | 'E')) {
            self.at += 1;
            if matches!(self.peek(), Some('+' | '-')) {
                self.at += 1;
            }
            self.digits("Exponent part is missing a number")?;
        }
        Ok(())
    }

    fn digits(&mut self, missing: &'static str) -> Result<(), Mistake> {
        if !self.peek().is_some_and(|c| c.is_ascii_digit()) {
            return Err(Mistake::At(missing));
        }
        while self.peek().is_some_and(|c| c.is_ascii_digit()) {
            self.at += 1;
        }
        Ok(())
    }

    fn word(&mut self) -> Result<(), Mistake> {
        let word = match self.peek() {
            Some('t') => "true",
            Some('f') => "false",
            Some('n') => "null",
            _ => return Err(Mistake::Token),
        };
        for wanted in word.chars() {
            match self.peek() {
                Some(found) if found == wanted => self.at += 1,
                Some(_) => return Err(Mistake::Token),
                None => return Err(Mistake::End),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::json::parse;

    fn message(text: &str) -> String {
        parse(text.as_bytes()).err().unwrap().to_string()
    }

    #[test]
    fn mistakes_read_as_recorded() {
        assert_eq!(message("{\"email\": "), "Unexpected end of JSON input");
        assert_eq!(message("\"x\""), "Unexpected token '\"', \"\"x\"\" is not valid JSON");
        assert_eq!(message("null"), "Unexpected token 'n', \"null\" is not valid JSON");
    }

    #[test]
    fn mistakes_read_as_node_says_them() {
        assert_eq!(
            message("{\"a\":x}"),
            "Unexpected token 'x', \"{\"a\":x}\" is not valid JSON"
        );
        assert_eq!(
            message("{\"aaaaaaaaaaaaaaaaaaaa\":x,\"bbbbbbbbbbbbbbb\":1}"),
            "Unexpected token 'x', ...\"aaaaaaaa\":x,\"bbbbbbb\"... is not valid JSON"
        );
        assert_eq!(
            message("{a:1}"),
            "Expected property name or '}' in JSON at position 1 (line 1 column 2)"
        );
        assert_eq!(
            message("{\"a\":1,}"),
            "Expected double-quoted property name in JSON at position 7 (line 1 column 8)"
        );
        assert_eq!(
            message("{\"a\" 1}"),
            "Expected ':' after property name in JSON at position 5 (line 1 column 6)"
        );
        assert_eq!(
            message("[1\n2]"),
            "Expected ',' or ']' after array element in JSON at position 3 (line 2 column 1)"
        );
        assert_eq!(
            message("{} x"),
            "Unexpected non-whitespace character after JSON at position 3 (line 1 column 4)"
        );
        assert_eq!(
            message("[\"a"),
            "Unterminated string in JSON at position 3 (line 1 column 4)"
        );
        assert_eq!(
            message("[-]"),
            "No number after minus sign in JSON at position 2 (line 1 column 3)"
        );
    }

    #[test]
    fn objects_lists_and_nothing_are_fine() {
        for text in ["", "{}", " [1, {\"a\": null}] "] {
            assert!(parse(text.as_bytes()).is_ok(), "{text}");
        }
    }
}
