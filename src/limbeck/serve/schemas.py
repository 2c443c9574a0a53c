"""What every route takes and gives, as pydantic models: checked by the contracts, shown in the OpenAPI.

Requests of imitated routes let unknown fields pass, as those services do; our own routes refuse them, because
there an unknown field is a slip of the pen. Values are never coerced: `"3"` is no number.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from limbeck.core.findings import FindingKind

Role = Literal["system", "developer", "user", "assistant", "tool", "function"]
Fraction = Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)]
MorphRatio = Annotated[float, Field(ge=0.05, le=1, allow_inf_nan=False)]
Tokens = Annotated[int, Field(ge=1)]
Recent = Annotated[int, Field(ge=0)]
Pins = list[Annotated[str, Field(min_length=1)]]
Markers = bool | Literal["blank"]


class Given(BaseModel):
    """A request of an imitated API: strict about what it knows, silent about what it does not."""

    model_config = ConfigDict(extra="allow", strict=True)


class Part(Given):
    """A part of a message's content; what is no text passes unread."""

    type: str
    text: str | None = None
    refusal: str | None = None


class Function(Given):
    """The function of a tool call."""

    name: str | None = None
    arguments: str | dict[str, Any] | None = None


class Custom(Given):
    """A tool call that takes free text."""

    name: str | None = None
    input: str | dict[str, Any] | None = None


class ToolCall(Given):
    """A tool call of an assistant message."""

    id: str | None = None
    function: Function | None = None
    custom: Custom | None = None


class Message(Given):
    """A chat message in OpenAI's or Anthropic's form."""

    role: Role
    content: str | list[Part] | None = None
    name: str | None = None
    refusal: str | None = None
    tool_calls: list[ToolCall] | None = None
    tool_call_id: str | None = None
    function_call: Function | None = None


class Options(Given):
    """What may be asked of a compaction on the chat routes, beside the fields of the imitated API.

    Attributes:
        keep: Fraction of the tokens to keep; wins over the suffix of the model.
        compression_ratio: The same as `keep`, by Morph's name.
        query: What the answer must still answer.
        preserve_recent: How many last messages stay whole; of no effect for a single message or a digest.
        markers: True for `(filtered 12 lines)`, "blank" for empty lines, false for nothing; none in a digest.
        pins: Literal strings; every piece that holds a part of one stays.
    """

    keep: Fraction | None = None
    compression_ratio: Fraction | None = None
    query: str | None = None
    preserve_recent: Recent | None = None
    markers: Markers | None = None
    pins: Pins | None = None


class StreamOptions(Given):
    """Whether a last chunk tells the usage."""

    include_usage: bool | None = None


class ChatRequest(Options):
    """`POST /v1/chat/completions`."""

    model: str
    messages: Annotated[list[Message], Field(min_length=1)]
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    n: Annotated[int, Field(ge=1)] | None = None
    max_tokens: Tokens | None = None
    max_completion_tokens: Tokens | None = None


class Item(Given):
    """An item of the Responses API: a message, a function call, its output, or another, known by `type`."""

    type: str | None = None
    role: Role | None = None
    content: str | list[Part] | None = None
    call_id: str | None = None
    arguments: str | None = None
    output: str | list[Part] | dict[str, Any] | None = None


class ResponsesRequest(Options):
    """`POST /v1/responses`."""

    model: str
    input: str | list[Item]
    instructions: str | None = None
    stream: bool | None = None
    max_output_tokens: Tokens | None = None
    previous_response_id: str | None = None
    conversation: str | dict[str, Any] | None = None
    prompt: dict[str, Any] | None = None
    background: bool | None = None


class MessagesRequest(Options):
    """`POST /v1/messages`."""

    model: str
    messages: Annotated[list[Message], Field(min_length=1)]
    system: str | list[Part] | None = None
    stream: bool | None = None
    max_tokens: Tokens | None = None


class CompactRequest(Given):
    """`POST /v1/compact`, Morph's contract.

    Attributes:
        input: A text, or messages; `messages` wins over it.
        compression_ratio: Fraction of the tokens to KEEP.
        preserve_recent: How many last messages stay whole; 0 for a text or a single message.
    """

    input: str | list[Message] | None = None
    messages: list[Message] | None = None
    query: str | None = None
    compression_ratio: MorphRatio | None = None
    preserve_recent: Recent | None = None
    include_line_ranges: bool | None = None
    include_markers: bool | None = None
    compress_system_messages: bool | None = None
    model: str | None = None


class CompressConfig(Given):
    """Options of `POST /v1/compress`; they may stand at top level or under `config`.

    Attributes:
        target_ratio: Fraction of the tokens to KEEP.
        token_budget: The most tokens; the smaller of both bounds holds.
        protect_recent: How many last messages stay whole.
        compress_user_messages: Whether what users said may be cut.
        compress_system_messages: Whether system messages may be cut. Off unless asked for, unlike Headroom.
        query: What the messages must still answer.
    """

    target_ratio: Fraction | None = None
    token_budget: Tokens | None = None
    protect_recent: Recent | None = None
    compress_user_messages: bool | None = None
    compress_system_messages: bool | None = None
    query: str | None = None


class CompressRequest(CompressConfig):
    """`POST /v1/compress`, Headroom's contract."""

    messages: list[Message]
    model: str | None = None
    config: CompressConfig | None = None


class DistillRequest(BaseModel):
    """`POST /v1/distill`, our own: the options of `limbeck.compact` by name.

    Attributes:
        input: A text, or messages. Give either this or `messages`.
        system: The system prompt that stands beside Anthropic's messages.
        include_decisions: Whether the answer has a row for each piece.
        include_originals: Whether each marker brings the text that it stands for.
    """

    model_config = ConfigDict(extra="forbid", strict=True)

    input: str | list[Message] | None = None
    messages: list[Message] | None = None
    system: str | list[Part] | None = None
    method: Literal["compact"] = "compact"
    query: str | None = None
    keep: Fraction | None = None
    max_tokens: Tokens | None = None
    preserve_recent: Recent | None = None
    pin_head: bool | Literal["system"] = True
    markers: Markers = True
    pins: Pins = []
    counter: str = "o200k_base"
    whole_calls: bool = False
    include_decisions: bool = True
    include_originals: bool = False


class Conversation(Given):
    """Messages, and the system prompt that stands beside Anthropic's."""

    messages: Annotated[list[Message], Field(min_length=1)]
    system: str | list[Part] | None = None


class Record(Given):
    """What `limbeck digest`, `summarize` or `notes` writes with `--json`."""

    limbeck_artifact: int
    text: str
    statements: list[dict[str, Any]]
    sources: list[dict[str, Any]]


Material = str | Annotated[list[Message], Field(min_length=1)] | Conversation


class CheckRequest(BaseModel):
    """`POST /v1/check`, our own: is a text that anyone wrote borne out by what it was written from? No model.

    Attributes:
        summary: The text; messages, whose texts are checked one after another; or the record of a digest, a
            summary or notes, whose every statement is then also held against the spans that it cites.
        source: What it was written from. Give either this or `sources`.
        sources: Several of these.
        names: What each source is called in the answer; one for each, or none.
        pins: Literal texts that the summary must hold word for word, white space aside.
        complete: Whether what is missing counts against `clean`.
        min_tokens, max_tokens: The length that was asked for.
    """

    model_config = ConfigDict(extra="forbid", strict=True)

    summary: Material | Record
    source: Material | None = None
    sources: Annotated[list[Material], Field(min_length=1)] | None = None
    names: list[str] = []
    pins: Pins = []
    complete: bool = False
    min_tokens: Annotated[int, Field(ge=0)] | None = None
    max_tokens: Tokens | None = None
    counter: str = "o200k_base"


class LineRange(BaseModel):
    """Lines from `start` through `end`, counted from 1."""

    start: int
    end: int


class CompactedMessage(BaseModel):
    """A message of Morph's answer; other fields of the message pass through."""

    model_config = ConfigDict(extra="allow")

    role: str
    content: str
    compacted_line_ranges: list[LineRange]
    kept_line_ranges: list[LineRange]
    partial_line_ranges: list[LineRange]


class CompactUsage(BaseModel):
    """Tokens of the contents; `compression_ratio` is the fraction KEPT."""

    input_tokens: int
    output_tokens: int
    compression_ratio: float
    processing_time_ms: int


class CompactAnswer(BaseModel):
    """The answer of `POST /v1/compact`."""

    id: str
    output: str
    messages: list[CompactedMessage]
    usage: CompactUsage
    model: str


class CompressAnswer(BaseModel):
    """The answer of `POST /v1/compress`; `compression_ratio` is the fraction SAVED."""

    messages: list[dict[str, Any]]
    tokens_before: int
    tokens_after: int
    tokens_saved: int
    compression_ratio: float
    transforms_applied: list[str]
    ccr_hashes: list[str]


class DistillUsage(BaseModel):
    """Tokens by one counter, the budget, wall time."""

    tokens_before: int
    tokens_after: int
    limit_tokens: int
    counter: str
    exact: bool
    seconds: float


class LawCheck(BaseModel):
    """A law or guard that was checked on this result."""

    name: str
    passed: bool
    detail: str


class SourcePlace(BaseModel):
    """A text of the input and where it stood; `content` is the sha256 of the text."""

    message: int
    pointer: str
    kind: str
    content: str
    chars: int


class DecisionRow(BaseModel):
    """What happened to one piece of a source, and why; offsets in code points, half-open."""

    source: int
    start: int
    end: int
    kept: bool
    reason: str
    score: float | None
    marker: str


class MarkerAnswer(BaseModel):
    """What a marker stands for: lines, spans `[source, start, end]`, and the text if it was asked for."""

    lines: int
    spans: list[tuple[int, int, int]]
    text: str | None = None


class DistillAnswer(BaseModel):
    """The answer of `POST /v1/distill`: a whole result.

    Attributes:
        kept_spans: Half-open ranges of the original texts joined by newlines, in code points.
        decisions: One for each piece; None if they were not asked for.
    """

    id: str
    method: str
    text: str
    messages: list[dict[str, Any]]
    usage: DistillUsage
    checks: list[LawCheck]
    notes: list[str]
    sources: list[SourcePlace]
    kept_spans: list[tuple[int, int]]
    decisions: list[DecisionRow] | None
    markers: dict[str, MarkerAnswer]
    report: str


class CheckedSource(BaseModel):
    """One of the texts or conversations that a summary was held against; `messages` is null for a bare text."""

    name: str
    messages: int | None
    characters: int


class EvidenceRow(BaseModel):
    """A span of a source: half-open, in code points of the message part it stands in.

    Attributes:
        message: Its number, from 0; null for a bare text.
        role: Who said it.
        line: Where it begins, from 1.
        text: Its first 1,000 code points.
    """

    source: str
    message: int | None
    role: str
    start: int
    end: int
    line: int
    text: str


class FindingRow(BaseModel):
    """What is wrong with the summary, or missing from it.

    Attributes:
        text: The words it is about: of the summary; for what is missing, of the source.
        start, end: Where they stand in the summary, half-open, in code points; 0 for what is missing.
        line, column: The same, from 1; 0 for what is missing.
        sentence: That they stand in; of a long one the part around them.
        evidence: Spans of the sources that say otherwise.
    """

    kind: FindingKind
    text: str
    start: int
    end: int
    line: int
    column: int
    sentence: str
    reason: str
    evidence: list[EvidenceRow]


class CheckAnswer(BaseModel):
    """The answer of `POST /v1/check`: what `limbeck check --json` writes.

    Attributes:
        limbeck_audit: The version of this shape.
        clean: Whether nothing is wrong; where `complete` was asked for, also nothing missing.
        findings: What is wrong, in the order of the text.
        omissions: What is missing: constraints, unresolved errors, pins, length.
        text: What was checked.
    """

    limbeck_audit: int
    clean: bool
    complete: bool
    tokens_text: int
    tokens_source: int
    counter: str
    exact: bool
    sources: list[CheckedSource]
    findings: list[FindingRow]
    omissions: list[FindingRow]
    notes: list[str]
    text: str


class ChatAnswerMessage(BaseModel):
    """The assistant's message."""

    role: Literal["assistant"]
    content: str
    refusal: str | None


class ChatChoice(BaseModel):
    """The one choice."""

    index: int
    message: ChatAnswerMessage
    finish_reason: Literal["stop"]
    logprobs: None


class ChatUsage(BaseModel):
    """Tokens of the request's texts and of the answer."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class ChatCompletion(BaseModel):
    """The answer of `POST /v1/chat/completions`."""

    id: str
    object: Literal["chat.completion"]
    created: int
    model: str
    choices: list[ChatChoice]
    usage: ChatUsage


class ResponseObject(BaseModel):
    """The answer of `POST /v1/responses`."""

    model_config = ConfigDict(extra="allow")

    id: str
    object: Literal["response"]
    created_at: int
    status: str
    model: str
    output: list[dict[str, Any]]
    usage: dict[str, Any] | None


class TextBlock(BaseModel):
    """The one block of an Anthropic answer."""

    type: Literal["text"]
    text: str


class AnthropicMessage(BaseModel):
    """The answer of `POST /v1/messages`."""

    model_config = ConfigDict(extra="allow")

    id: str
    type: Literal["message"]
    role: Literal["assistant"]
    model: str
    content: list[TextBlock]
    stop_reason: str | None
    stop_sequence: str | None
    usage: dict[str, Any]


class OpenAIErrorDetail(BaseModel):
    """What happened, in OpenAI's fields."""

    message: str
    type: str
    param: str | None
    code: str | None


class OpenAIError(BaseModel):
    """An error of the OpenAI routes."""

    error: OpenAIErrorDetail


class AnthropicErrorDetail(BaseModel):
    """What happened, in Anthropic's fields."""

    type: str
    message: str


class AnthropicError(BaseModel):
    """An error of the Anthropic route."""

    type: Literal["error"]
    error: AnthropicErrorDetail


class ProblemDetail(BaseModel):
    """What happened; further fields carry the numbers."""

    model_config = ConfigDict(extra="allow")

    message: str
    type: str


class Problem(BaseModel):
    """An error of the other routes."""

    error: ProblemDetail
