//! Ranges in host names: `web[01:50:2]`, `db-[a:f]`.

/// The names that a pattern stands for; nothing when they are more than `most`.
pub(super) fn expand(pattern: &str, most: usize) -> Option<Vec<String>> {
    let mut parts: Vec<Part> = Vec::new();
    let mut rest = pattern;
    let mut count = 1_usize;
    while let Some((before, inside, after)) = next(rest) {
        parts.push(Part::Text(before));
        count = count.checked_mul(inside.len())?;
        parts.push(Part::Range(inside));
        rest = after;
    }
    if count > most {
        return None;
    }
    let mut names = vec![String::new()];
    for part in parts {
        names = match part {
            Part::Text(text) => names.into_iter().map(|name| name + text).collect(),
            Part::Range(range) => {
                names.iter().flat_map(|name| range.values().map(move |value| format!("{name}{value}"))).collect()
            }
        };
    }
    names.iter_mut().for_each(|name| name.push_str(rest));
    Some(names)
}

enum Part<'a> {
    Text(&'a str),
    Range(Range),
}

/// The text before the first range, the range, and the text behind it. Other brackets are part of a name.
fn next(text: &str) -> Option<(&str, Range, &str)> {
    let mut from = 0;
    loop {
        let open = from + text.get(from..)?.find('[')?;
        let close = open + text.get(open..)?.find(']')?;
        if let Some(range) = Range::parse(text.get(open + 1..close)?) {
            return Some((text.get(..open)?, range, text.get(close + 1..)?));
        }
        from = open + 1;
    }
}

struct Range {
    first: u32,
    last: u32,
    step: u32,
    /// Digits at least; none for letters.
    width: Option<usize>,
}

impl Range {
    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(':');
        let (first, last, step) = (parts.next()?, parts.next()?, parts.next());
        let step = step.map_or(Some(1), |step| step.parse().ok()).filter(|step| *step > 0)?;
        if parts.next().is_some() {
            return None;
        }
        let letter = |text: &str| match text.as_bytes() {
            [byte] if byte.is_ascii_alphabetic() => Some(u32::from(*byte)),
            _ => None,
        };
        let number =
            |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<u32>().ok()).flatten();
        let (first, last, width) = match (letter(first), letter(last)) {
            (Some(first), Some(last)) => (first, last, None),
            // A range may begin at nothing, which is 0.
            _ if first.is_empty() => (0, number(last)?, Some(1)),
            _ => (number(first)?, number(last)?, Some(if first.starts_with('0') { first.len() } else { 1 })),
        };
        (first <= last).then_some(Self { first, last, step, width })
    }

    fn len(&self) -> usize {
        usize::try_from((self.last - self.first) / self.step + 1).unwrap_or(usize::MAX)
    }

    fn values(&self) -> impl Iterator<Item = String> + '_ {
        (0..self.len()).filter_map(|nth| {
            let value = self.first + u32::try_from(nth).ok()? * self.step;
            match self.width {
                Some(width) => Some(format!("{value:0width$}")),
                None => char::from_u32(value).map(String::from),
            }
        })
    }
}
