import BulwarkProvenance
import Foundation

/// Chat templates and other text that describes a model.
extension ScanTable {
    private static func tokenizer(
        _ template: String,
        as name: String = "chat_template"
    ) -> @Sendable () throws -> Data {
        {
            try JSONSerialization.data(
                withJSONObject: [name: template, "bos_token": "<s>", "padding_side": "left"],
                options: .sortedKeys
            )
        }
    }

    private static func benign(_ name: String, _ template: String) -> ScanRow {
        ScanRow("template: \(name)", .nothingFound, tokenizer(template))
    }

    private static func attack(_ name: String, _ template: String) -> ScanRow {
        ScanRow("template: \(name)", .dangerous, tokenizer(template))
    }

    private static let turns =
        "{%- for turn in messages -%}<{{ turn.role }}> {{ turn.content | trim }}\n{%- endfor -%}"
    private static let escape = "{{ lipsum.__globals__['os'].getenv('HOME') }}"

    static let templates: [ScanRow] = [
        benign("turns", turns),
        benign(
            "a guard on the order of turns",
            "{% if (messages | length) % 2 == 0 %}{{ raise_exception('the user speaks first') }}{% endif %}"
                + turns
        ),
        benign(
            "a system turn apart",
            "{% set first = messages[0] %}{% if first['role'] == 'system' %}{{ first['content'] }}{% endif %}"
                + turns
        ),
        benign("tokens around turns", "{{ bos_token }}{{ '[USER]' + messages[-1]['content'] + '[/USER]' }}"),
        benign(
            "an attribute that is called class",
            "{% if turn.class == 'note' %}{{ turn.content }}{% endif %}"
        ),
        benign("nothing", ""),
        benign("an expression that does not end", "{{ messages["),
        benign("long text", String(repeating: "be kind. ", count: 8_000) + turns),
        ScanRow("template: a file of its own", .nothingFound, text(turns)),
        ScanRow(
            "template: none",
            .nothingFound,
            text("{\"bos_token\": \"<s>\", \"padding_side\": \"left\"}")
        ),
        ScanRow(
            "template: in YAML",
            .nothingFound,
            text("model: small\nchat_template: \"\(turns.replacing("\n", with: " "))\"\ntop_k: 5\n")
        ),
        attack("classes of classes", "{{ messages.__class__.__mro__[-1].__subclasses__() }}"),
        attack(
            "classes of classes in a loop",
            "{% for kind in ().__class__.__base__.__subclasses__() %}{{ kind.__name__ }}{% endfor %}"
        ),
        attack("names by a filter", "{{ messages | attr('__class__') | attr('__base__') }}"),
        attack("names in escapes", "{{ messages['\\x5f\\x5fclass\\x5f\\x5f'] }}"),
        attack("names by the format of text", "{{ '{0.__class__}'.format(messages) }}"),
        attack("names from numbers", "{{ messages[''.join([chr(95), chr(95), 'doc', chr(95), chr(95)])] }}"),
        attack("names by getattr", "{{ getattr(messages, '__reduce__')() }}"),
        attack("globals of a function", escape),
        attack("globals of a class", "{% set open = namespace.__init__.__globals__ %}{{ open }}"),
        attack("an import", "{% set load = __import__ %}{{ load('socket') }}"),
        attack("builtins", "{{ __builtins__['compile']('0', '', 'eval') }}"),
        attack("behind turns", turns + "{# a remark #}" + escape),
        ScanRow("template: under another name", .dangerous, tokenizer(escape, as: "second_chat_template")),
        ScanRow("template: an attack in a file of its own", .dangerous, text(turns + escape)),
        ScanRow(
            "template: an attack in YAML",
            .dangerous,
            text("chat_template: \"{{ joiner.__init__ }}\"\n")
        ),
        ScanRow(
            "configuration: numbers",
            .nothingFound,
            text("{\"name\": \"small\", \"optimizer\": {\"rate\": 0.01, \"steps\": 90}}")
        ),
        // Text that nothing runs is never more than suspicious.
        ScanRow(
            "configuration: a command and a credential",
            .suspicious,
            text(
                "{\"notes\": {\"api_key\": \"sk-0f1e2d3c4b5a69788796\", \"cleanup\": \"rm -rf / --no-preserve-root\"}}"
            )
        ),
    ]
}
