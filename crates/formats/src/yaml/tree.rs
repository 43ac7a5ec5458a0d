//! YAML text to data: anchors and merge keys resolved, everything bounded, everything at its place.

use crate::{
    document::Name,
    error::FormatError,
    node::{Data, Node},
    value::{Key, Value, plain},
};
use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span, Tag};
use std::{
    cell::Cell,
    collections::{HashMap, HashSet},
    rc::Rc,
    str::Chars,
};

/// Deeper than any inventory: 32 folders in each other take two levels each.
pub(crate) const DEEPEST: usize = 80;
/// So many values at most, after aliases: some 400,000 hosts with ten fields each.
pub(crate) const MOST_VALUES: usize = 4_000_000;
/// So many bytes of text at most are repeated by aliases.
const MOST_REPEATED: usize = 50 * 1024 * 1024;
/// What a name of a field may have; YAML itself allows no more without a `?`.
const LONGEST_KEY: usize = 1000;
/// So many characters at most make one event of the parser: a scalar, or a list or mapping in brackets, of which it reads everything
/// before it says the first. Each character there may cost two hundred bytes.
const LONGEST_PIECE: usize = 4 * 1024 * 1024;
/// From so many fields on, a repeated one is looked for by hash.
const FEW: usize = 12;

/// Every document of a file.
///
/// # Errors
/// The one place that cannot be read.
pub(crate) fn documents(name: &Name, text: &str) -> Result<Vec<Node>, FormatError> {
    let mut builder =
        Builder { name, stack: Vec::new(), anchors: HashMap::new(), values: 0, repeated: 0, roots: Vec::new() };
    // What is JSON is read as JSON: it may be one piece of any length.
    if text.trim_start().starts_with(['[', '{'])
        && let Ok(root) = crate::json::parse(name, text)
    {
        return Ok(vec![root]);
    }
    let ahead = Rc::new(Cell::new(0));
    for event in Parser::new_from_iter(Ahead { chars: text.chars(), ahead: Rc::clone(&ahead) }) {
        if ahead.replace(0) > LONGEST_PIECE {
            let at = event.map_or_else(|error| *error.marker(), |(_, span)| span.start);
            let what = format!(
                "a text, or a list in brackets, is longer than {} MiB. Write lists in lines that begin with `-`.",
                LONGEST_PIECE / (1024 * 1024)
            );
            return Err(FormatError::at(name.line(at.line()), what));
        }
        let (event, span) = event.map_err(|error| scan_error(name, text, &error))?;
        builder.take(event, span)?;
    }
    Ok(builder.roots)
}

/// Characters, counted; they end where the parser reads too far ahead.
struct Ahead<'a> {
    chars: Chars<'a>,
    ahead: Rc<Cell<usize>>,
}

impl Iterator for Ahead<'_> {
    type Item = char;

    fn next(&mut self) -> Option<char> {
        let ahead = self.ahead.get() + 1;
        self.ahead.set(ahead);
        if ahead > LONGEST_PIECE { None } else { self.chars.next() }
    }
}

fn scan_error(name: &Name, text: &str, error: &ScanError) -> FormatError {
    let line = error.marker().line();
    let at = name.at(line, error.marker().col() + 1);
    if error.info().contains("recursion") {
        return FormatError::at(at, too_deep());
    }
    let read = |number: usize| text.lines().nth(number.saturating_sub(1)).unwrap_or_default();
    let indented_by_tab = |number: &usize| read(*number).chars().take_while(|c| c.is_whitespace()).any(|c| c == '\t');
    if let Some(line) =
        [line, line.saturating_sub(1), line + 1].iter().find(|number| **number > 0 && indented_by_tab(number))
    {
        return FormatError::at(
            name.line(*line),
            "the line begins with a tab. YAML wants spaces there: replace the tabs.",
        );
    }
    let tab = if read(line).contains('\t') { ". There is a tab in the line: replace it by a space." } else { "" };
    FormatError::at(at, format!("this is no YAML: {}{tab}", error.info()))
}

fn too_deep() -> String {
    format!("lists and mappings lie in each other more than {DEEPEST} deep")
}

struct Builder<'n> {
    name: &'n Name,
    stack: Vec<Frame>,
    /// What each anchor stands for; nothing while it is still being read.
    anchors: HashMap<usize, Option<Node>>,
    values: usize,
    repeated: usize,
    roots: Vec<Node>,
}

struct Frame {
    line: u32,
    column: u32,
    tag: Option<Box<str>>,
    anchor: usize,
    content: Content,
}

enum Content {
    List(Vec<Node>),
    Map { entries: Vec<(Key, Node)>, key: Option<Key>, seen: HashSet<Key>, merges: bool },
}

impl Builder<'_> {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), FormatError> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let tag = self.tag(tag.as_deref(), span)?;
                let (value, tag) = scalar(text.into_owned(), style, tag);
                let node = Node { data: Data::Scalar(value), line: line(span), column: column(span), tag };
                self.add(node, anchor, span)
            }
            Event::SequenceStart(anchor, tag) => self.open(Content::List(Vec::new()), anchor, tag.as_deref(), span),
            Event::MappingStart(anchor, tag) => {
                let content = Content::Map { entries: Vec::new(), key: None, seen: HashSet::new(), merges: false };
                self.open(content, anchor, tag.as_deref(), span)
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(span),
            Event::Alias(anchor) => self.alias(anchor, span),
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) | Event::DocumentEnd => {
                Ok(())
            }
        }
    }

    fn tag(&self, tag: Option<&Tag>, span: Span) -> Result<Option<Box<str>>, FormatError> {
        let Some(tag) = tag else { return Ok(None) };
        let text = match tag.handle.as_str() {
            "!" => format!("!{}", tag.suffix),
            _ if tag.is_yaml_core_schema() => format!("!!{}", tag.suffix),
            handle => format!("!<{handle}{}>", tag.suffix),
        };
        let plain = |c: char| c.is_ascii_alphanumeric() || "!<>_-./:,".contains(c);
        if text.chars().all(plain) && !text.get(2..).is_some_and(|rest| rest.contains('!')) {
            return Ok(Some(text.into_boxed_str()));
        }
        Err(self.error(span, "the tag has characters that are not understood. Take the tag away."))
    }

    fn open(&mut self, content: Content, anchor: usize, tag: Option<&Tag>, span: Span) -> Result<(), FormatError> {
        let tag = self.tag(tag, span)?.filter(|tag| !matches!(&**tag, "!!seq" | "!!map" | "!"));
        self.no_key(span)?;
        if self.stack.len() >= DEEPEST {
            return Err(self.error(span, &too_deep()));
        }
        if anchor > 0 {
            self.anchors.insert(anchor, None);
        }
        self.stack.push(Frame { line: line(span), column: column(span), tag, anchor, content });
        Ok(())
    }

    /// A list or a mapping comes where the name of a field is expected.
    fn no_key(&self, span: Span) -> Result<(), FormatError> {
        match self.stack.last().map(|frame| &frame.content) {
            Some(Content::Map { key: None, .. }) => {
                Err(self.error(span, "a list or a mapping stands where the name of a field is expected"))
            }
            _ => Ok(()),
        }
    }

    fn close(&mut self, span: Span) -> Result<(), FormatError> {
        let Some(frame) = self.stack.pop() else { return Ok(()) };
        let data = match frame.content {
            Content::List(items) => Data::List(items),
            Content::Map { entries, merges: false, .. } => Data::Map(entries),
            Content::Map { entries, .. } => Data::Map(self.merged(entries)?),
        };
        self.add(Node { data, line: frame.line, column: frame.column, tag: frame.tag }, frame.anchor, span)
    }

    fn alias(&mut self, anchor: usize, span: Span) -> Result<(), FormatError> {
        let node = match self.anchors.get(&anchor) {
            Some(Some(node)) => node,
            Some(None) => return Err(self.error(span, "the alias stands inside of what it repeats")),
            None => return Err(self.error(span, "the alias repeats something that is not there")),
        };
        // Measured before it is repeated: a few lines may stand for terabytes.
        let size = Size::of(node);
        if self.stack.len() + size.depth > DEEPEST {
            return Err(self.error(span, &too_deep()));
        }
        self.values += size.values;
        self.repeated += size.bytes;
        if self.values > MOST_VALUES || self.repeated > MOST_REPEATED {
            return Err(
                self.error(span, "aliases repeat more than any inventory holds. Write out what they stand for.")
            );
        }
        let mut node = node.clone();
        (node.line, node.column) = (line(span), column(span));
        self.add(node, 0, span)
    }

    fn add(&mut self, node: Node, anchor: usize, span: Span) -> Result<(), FormatError> {
        self.values += 1;
        if self.values > MOST_VALUES {
            let what = format!("there are more than {MOST_VALUES} values in the file. Split it.");
            return Err(self.error(span, &what));
        }
        if anchor > 0 {
            let size = Size::of(&node);
            self.values += size.values;
            self.repeated += size.bytes;
            if self.values > MOST_VALUES || self.repeated > MOST_REPEATED {
                return Err(self.error(span, "too much of the file has anchors. Take away those that nothing repeats."));
            }
            self.anchors.insert(anchor, Some(node.clone()));
        }
        let name = self.name;
        match self.stack.last_mut().map(|frame| &mut frame.content) {
            None => self.roots.push(node),
            Some(Content::List(items)) => items.push(node),
            Some(Content::Map { entries, key, .. }) if key.is_some() => {
                if let Some(key) = key.take() {
                    entries.push((key, node));
                }
            }
            Some(Content::Map { entries, key, seen, merges }) => {
                let found = key_of(name, node)?;
                if found.plain && found.text == "<<" {
                    *merges = true;
                } else if is_repeated(entries, seen, &found) {
                    let place = name.at(line(span) as usize, column(span) as usize);
                    let what = "the field is there twice in the same entry. Take one of them out.";
                    return Err(FormatError::at(place, what).in_field(found.text));
                }
                *key = Some(found);
            }
        }
        Ok(())
    }

    /// Fields that `<<` brings stand where it stood; what the entry says itself counts before them, and an earlier `<<` before a later.
    fn merged(&mut self, entries: Vec<(Key, Node)>) -> Result<Vec<(Key, Node)>, FormatError> {
        let mut taken: HashSet<Key> = entries.iter().map(|(key, _)| key.clone()).collect();
        let mut all = Vec::new();
        for (key, node) in entries {
            if !(key.plain && key.text == "<<") {
                all.push((key, node));
                continue;
            }
            let (at, column) = (node.line as usize, node.column as usize);
            let sources = match node.data {
                Data::List(items) => items,
                data => vec![Node { data, ..node }],
            };
            for source in sources {
                let Data::Map(entries) = source.data else {
                    return Err(FormatError::at(self.name.at(at, column), "`<<` takes a mapping, or a list of them"));
                };
                all.extend(entries.into_iter().filter(|(key, _)| taken.insert(key.clone())));
            }
        }
        Ok(all)
    }

    fn error(&self, span: Span, what: &str) -> FormatError {
        FormatError::at(self.name.at(line(span) as usize, column(span) as usize), what)
    }
}

/// Whether the entry has the field already.
pub(crate) fn is_repeated(entries: &[(Key, Node)], seen: &mut HashSet<Key>, key: &Key) -> bool {
    if entries.len() < FEW {
        return entries.iter().any(|(other, _)| other == key);
    }
    if seen.is_empty() {
        seen.extend(entries.iter().map(|(key, _)| key.clone()));
    }
    !seen.insert(key.clone())
}

fn key_of(name: &Name, node: Node) -> Result<Key, FormatError> {
    let at = name.at(node.line as usize, node.column as usize);
    if node.tag.is_some() {
        return Err(FormatError::at(at, "the name of a field has a tag. Take the tag away."));
    }
    let key = match node.data {
        Data::Scalar(Value::Text(text)) => Key::text(text),
        Data::Scalar(Value::Plain(text)) => Key { text, plain: true },
        Data::Scalar(Value::Null) => Key { text: "null".to_owned(), plain: true },
        Data::Scalar(value) => Key { text: value.scalar().unwrap_or_default(), plain: true },
        Data::List(_) | Data::Map(_) => {
            return Err(FormatError::at(at, "a list or a mapping stands where the name of a field is expected"));
        }
    };
    if key.text.chars().count() > LONGEST_KEY {
        return Err(FormatError::at(at, format!("the name of a field is longer than {LONGEST_KEY} characters")));
    }
    Ok(key)
}

fn scalar(text: String, style: ScalarStyle, tag: Option<Box<str>>) -> (Value, Option<Box<str>>) {
    match tag.as_deref() {
        Some("!!str" | "!") => (Value::Text(text), None),
        Some(_) => (Value::Text(text), tag),
        None if style == ScalarStyle::Plain => (plain(&text), None),
        None => (Value::Text(text), None),
    }
}

fn line(span: Span) -> u32 {
    u32::try_from(span.start.line()).unwrap_or(u32::MAX)
}

fn column(span: Span) -> u32 {
    u32::try_from(span.start.col() + 1).unwrap_or(u32::MAX)
}

/// How much a repeated piece adds.
#[derive(Default)]
struct Size {
    values: usize,
    bytes: usize,
    depth: usize,
}

impl Size {
    fn of(node: &Node) -> Self {
        let mut size = Self::default();
        size.add(node, 0);
        size
    }

    fn add(&mut self, node: &Node, depth: usize) {
        self.values += 1;
        match &node.data {
            Data::Scalar(Value::Text(text) | Value::Plain(text)) => self.bytes += text.len(),
            Data::Scalar(_) => {}
            Data::List(items) => {
                self.depth = self.depth.max(depth + 1);
                items.iter().for_each(|item| self.add(item, depth + 1));
            }
            Data::Map(entries) => {
                self.depth = self.depth.max(depth + 1);
                for (key, value) in entries {
                    self.bytes += key.text.len();
                    self.add(value, depth + 1);
                }
            }
        }
    }
}
