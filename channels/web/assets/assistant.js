// @ts-check
/**
 * The web chat widget: one script, one element <city-assistant>, nothing else to load.
 *
 *   <script src="/assets/assistant.js" data-channel="city" defer></script>
 *
 * The script puts a <city-assistant> on the page unless there is one. Both take these attributes:
 *   data-channel     channel name in the address of the web API      (city)
 *   data-base        where the web API is served                     (the script's own origin)
 *   data-lang        language of the first words: en or es           (the page's, the browser's, en)
 *   data-title, data-title-es   name of the assistant                (City assistant)
 *   data-phone       number of a person to call; left out if not set
 *   data-emergency   emergency number                                (911)
 *   data-idle        minutes without activity before it asks "Are you still there?" (15; 0: never)
 *
 * Any link or button with `data-assistant-open` opens the chat; its value, if any, is asked at once.
 * Colours: set --assistant-brand and --assistant-brand-ink on the page.
 *
 * From top to bottom: words, looks, the web API, the feed (events in, in order), the element.
 * Text from outside only ever becomes a text node; nothing here parses HTML.
 */
(() => {
  "use strict";

  /**
   * @typedef {{title: string, token: string}} Choice
   * @typedef {{number: number | null, type: "message" | "typing" | "notice" | "end",
   *   from: "resident" | "assistant" | "agent" | "system", text: string, lang: string,
   *   buttons?: Choice[], source?: string | null, feedback?: {up: string, down: string} | null}} ChatEvent
   * @typedef {{id: string, text: string, token?: string, lang?: string}} Unsent  what survives a reload
   * @typedef {Unsent & {state: "waiting" | "failed", node: HTMLElement}} Outgoing
   * @typedef {{session: string, secret: string, last: number, lang: Lang, open: boolean, draft: string,
   *   rated: Record<string, string>, unsent: Unsent[], texting: boolean, kept: boolean}} Saved
   * @typedef {{channel: string, base: string, lang: Lang, title: Record<Lang, string>, phone: string,
   *   emergency: string, idle: number}} Config
   * @typedef {"en" | "es"} Lang
   */

  const LIMIT = 2000; // characters in a message, as the web API counts them: code points
  const NEAR_LIMIT = 1800;
  const FIRST_BYTE = 8_000; // ms; a stream that stays mute longer is held back by something on the way
  const SILENCE = 45_000; // ms; a live stream carries a heartbeat more often than this
  const POST_TIMEOUT = 15_000;
  const PATIENCE = 12_000; // ms of trying to send before the resident is told that it did not work
  const POLL_WAIT = 25; // seconds
  const TYPING_LASTS = 20_000;

  // ---------------------------------------------------------------------------------------------- words

  /** @type {Record<Lang, Record<string, string>>} */
  const WORDS = {
    en: {
      name: "English",
      title: "City assistant",
      launch: "Ask the assistant",
      launchNew: "Ask the assistant. New messages: {v}",
      kind: "Automated, not a person",
      close: "Close chat",
      menu: "Chat menu",
      other: "Español",
      log: "Conversation",
      hello: "Hello! How can we help?",
      intro: "I am an automated assistant, not a person. I can answer questions about city services, take a report, and tell you how a report is going.",
      kept: "What I get wrong is kept, with personal data hidden, to help me improve. Write “no review” to stop that.",
      privacy: "Do not share card numbers or Social Security numbers. You can clear this chat at any time in the menu.",
      call: "Call {phone}",
      phone: "Want to talk to a person? Call {phone}",
      emergency: "In an emergency, call {emergency}.",
      plain: "Use the version without JavaScript",
      starters: "Common questions",
      start1: "Report a problem",
      start2: "Follow my report",
      start3: "When is my trash picked up?",
      start4: "How do I pay a parking ticket?",
      input: "Your message",
      placeholder: "Write a message…",
      send: "Send",
      you: "You said:",
      assistant: "Assistant said:",
      agent: "City staff said:",
      agentShort: "City staff",
      system: "Notice:",
      typing: "The assistant is writing…",
      choices: "Choices",
      source: "Source: {v}",
      newTab: "(opens in a new tab)",
      rate: "Was this helpful?",
      up: "Helpful",
      down: "Not helpful",
      sending: "Sending…",
      waiting: "Waits for the connection…",
      failed: "Not sent.",
      failedSaid: "Your message was not sent. You can try again.",
      retry: "Try again",
      edit: "Change it",
      offline: "You are offline. Your messages wait here and go out when you are back.",
      lost: "The connection is lost. We keep trying.",
      back: "You are connected again.",
      left: "Characters left: {v}",
      over: "Please make it shorter. Characters too many: {v}",
      idle: "Are you still there? On a shared computer, end the chat to clear it.",
      goOn: "Continue",
      text: "Continue by text message",
      textOpen: "Open texting app",
      byText: "{v}",
      textFailed: "You cannot go on by text just now. Please try again in a few minutes.",
      end: "End and clear chat",
      endShort: "End chat",
      endAsk: "End this chat? Your messages are erased here and cannot be brought back.",
      endYes: "End and clear",
      endNo: "Keep chatting",
      ended: "The chat has ended and is cleared. Write a message to start a new one.",
      endFailed: "The chat could not be ended. Check your connection and try again.",
      expired: "Your last chat has expired. This is a new chat.",
      newBelow: "New message below",
      nowIn: "The chat is now in English.",
    },
    es: {
      name: "Español",
      title: "Asistente de la ciudad",
      launch: "Pregunte al asistente",
      launchNew: "Pregunte al asistente. Mensajes nuevos: {v}",
      kind: "Automático, no es una persona",
      close: "Cerrar el chat",
      menu: "Menú del chat",
      other: "English",
      log: "Conversación",
      hello: "¡Hola! ¿En qué podemos ayudarle?",
      intro: "Soy un asistente automático, no una persona. Puedo responder preguntas sobre los servicios de la ciudad, recibir un reporte y decirle cómo va.",
      kept: "Lo que no entiendo se guarda, con los datos personales ocultos, para mejorar. Escriba «sin revisión» si no lo desea.",
      privacy: "No escriba números de tarjeta ni de Seguro Social. Puede borrar este chat en cualquier momento desde el menú.",
      call: "Llamar al {phone}",
      phone: "¿Quiere hablar con una persona? Llame al {phone}",
      emergency: "En una emergencia, llame al {emergency}.",
      plain: "Usar la versión sin JavaScript",
      starters: "Preguntas comunes",
      start1: "Reportar un problema",
      start2: "Seguir mi reporte",
      start3: "¿Cuándo recogen mi basura?",
      start4: "¿Cómo pago una multa de estacionamiento?",
      input: "Su mensaje",
      placeholder: "Escriba un mensaje…",
      send: "Enviar",
      you: "Usted dijo:",
      assistant: "El asistente dijo:",
      agent: "El personal de la ciudad dijo:",
      agentShort: "Personal de la ciudad",
      system: "Aviso:",
      typing: "El asistente está escribiendo…",
      choices: "Opciones",
      source: "Fuente: {v}",
      newTab: "(se abre en otra pestaña)",
      rate: "¿Le sirvió esta respuesta?",
      up: "Me sirvió",
      down: "No me sirvió",
      sending: "Enviando…",
      waiting: "Espera la conexión…",
      failed: "No se envió.",
      failedSaid: "Su mensaje no se envió. Puede intentarlo otra vez.",
      retry: "Intentar otra vez",
      edit: "Cambiarlo",
      offline: "No tiene conexión. Sus mensajes esperan aquí y se envían cuando vuelva.",
      lost: "Se perdió la conexión. Seguimos intentando.",
      back: "Ya tiene conexión otra vez.",
      left: "Caracteres disponibles: {v}",
      over: "Por favor, escriba menos. Caracteres de más: {v}",
      idle: "¿Sigue ahí? En una computadora compartida, termine el chat para borrarlo.",
      goOn: "Continuar",
      text: "Seguir por mensaje de texto",
      textOpen: "Abrir los mensajes",
      byText: "{v}",
      textFailed: "Ahora no se puede seguir por mensaje de texto. Inténtelo de nuevo en unos minutos.",
      end: "Terminar y borrar el chat",
      endShort: "Terminar el chat",
      endAsk: "¿Terminar este chat? Sus mensajes se borran aquí y no se pueden recuperar.",
      endYes: "Terminar y borrar",
      endNo: "Seguir en el chat",
      ended: "El chat terminó y está borrado. Escriba un mensaje para empezar otro.",
      endFailed: "No se pudo terminar el chat. Revise su conexión e intente otra vez.",
      expired: "Su último chat venció. Este es un chat nuevo.",
      newBelow: "Mensaje nuevo abajo",
      nowIn: "El chat ahora está en español.",
    },
  };

  // ---------------------------------------------------------------------------------------------- looks

  const STYLES = `
:host {
  all: initial; font: medium/1.5 "Segoe UI", -apple-system, Roboto, "Helvetica Neue", Arial, sans-serif; color-scheme: light dark;
  --ink: #1b2b31; --soft: #4d5f67; --paper: #fff; --ground: #f7f4ee; --line: #ddd6c9; --edge: #74838a;
  --brand: var(--assistant-brand, #0a5a66); --brand-ink: var(--assistant-brand-ink, #fff);
  --head: var(--brand); --head-ink: var(--brand-ink); --link: var(--brand); --wash: #e6f0f0;
  --focus: #b4530a; --bad: #9d2318; --bad-wash: #fdf0ed; --shadow: 0 12px 40px #12202833, 0 2px 8px #1220281f;
}
@media (prefers-color-scheme: dark) { :host {
  --ink: #e9f0f0; --soft: #abbcc1; --paper: #1d2c32; --ground: #131d21; --line: #34474e; --edge: #82969d;
  --brand: var(--assistant-brand-dark, #7fd0d6); --brand-ink: var(--assistant-brand-ink-dark, #04252b);
  --head: #11363d; --head-ink: #ecf5f5; --link: #8fd9de; --wash: #23393f;
  --focus: #f5b54e; --bad: #ffb4a6; --bad-wash: #3a2220; --shadow: 0 12px 40px #000a;
} }
*, ::before { box-sizing: border-box; }
[hidden] { display: none !important; }
button, textarea { font: inherit; color: inherit; margin: 0; }
button { cursor: pointer; }
svg { width: 1.375em; height: 1.375em; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; flex: none; }
a { color: var(--link); text-underline-offset: .15em; }
p { margin: 0; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
.vh { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

.launch {
  position: fixed; z-index: 2147483000; right: 1.5em; bottom: 1.5em; display: flex; align-items: center; gap: .625em;
  min-height: 3.5em; padding: 0 1.375em 0 1.125em; border: 2px solid transparent; border-radius: 2em;
  background: var(--brand); color: var(--brand-ink); font-weight: 600; box-shadow: var(--shadow);
}
.launch:hover { text-decoration: underline; text-underline-offset: .2em; }
.launch:focus-visible { outline-offset: 3px; }
.badge { min-width: 1.6em; padding: 0 .4em; border-radius: 1em; background: var(--paper); color: var(--ink); font-size: .875em; text-align: center; }

dialog {
  position: fixed; z-index: 2147483000; inset: auto 1.5em 1.5em auto; display: none; flex-direction: column; margin: 0; padding: 0;
  width: 27em; max-width: none; height: min(44em, 100% - 3em); max-height: none; overflow: hidden;
  border: 1px solid var(--line); border-radius: 1.125em; background: var(--ground); color: var(--ink); box-shadow: var(--shadow);
}
dialog[open] { display: flex; }
dialog::backdrop { background: var(--ground); }

.head { display: flex; align-items: center; gap: .25em; padding: .625em .5em .625em 1em; background: var(--head); color: var(--head-ink); --focus: currentColor; }
.face { display: grid; place-items: center; width: 2.375em; height: 2.375em; margin-right: .375em; border: 2px solid currentColor; border-radius: 50%; flex: none; }
.who { flex: 1; min-width: 0; line-height: 1.25; }
.who h2 { margin: 0; font-size: 1em; font-weight: 650; }
.who p { font-size: .8125em; }
.bar { display: grid; place-items: center; min-width: 44px; min-height: 44px; padding: 0 .5em; border: 0; border-radius: .625em; background: none; font-size: .9375em; font-weight: 600; }
.bar:hover { background: #ffffff26; }
.bar:focus-visible { outline-offset: -3px; }
.top { position: relative; }
.menu { position: absolute; z-index: 1; inset: 100% 0 auto; display: grid; padding: .375em; border-bottom: 1px solid var(--edge); background: var(--paper); box-shadow: 0 12px 16px -8px #12202833; }
.menu > * { display: flex; align-items: center; gap: .75em; min-height: 44px; padding: .25em .75em; border: 0; border-radius: .625em; background: none; color: var(--ink); text-align: left; text-decoration: none; }
.menu > *:hover { background: var(--wash); text-decoration: underline; }
.menu > *:focus-visible { outline-offset: -3px; }

.stage { position: relative; flex: 1; min-height: 0; display: flex; flex-direction: column; }
.log { flex: 1; min-height: 0; overflow-y: auto; overscroll-behavior: contain; padding: 1em; }
.log:focus-visible { outline-offset: -3px; }
.intro { display: grid; gap: .625em; padding-bottom: .5em; font-size: .9375em; }
.intro h3 { margin: 0; font-size: 1.375em; line-height: 1.25; letter-spacing: -.01em; }
.intro .quiet { color: var(--soft); }
.intro a { display: inline-block; padding: .125em 0; }
.urgent { padding: .5em .75em; border-left: 4px solid var(--focus); background: var(--paper); border-radius: .25em; }
.msg { display: flex; flex-direction: column; align-items: flex-start; margin-top: .875em; }
.msg.same { margin-top: .3125em; }
.msg:has(.choices) + .msg.same { margin-top: .875em; }
.text { max-width: 88%; padding: .625em .875em; border: 1px solid var(--line); border-radius: 1.125em 1.125em 1.125em .3125em; background: var(--paper); white-space: pre-wrap; overflow-wrap: anywhere; }
.resident { align-items: flex-end; }
.resident .text { border-color: transparent; border-radius: 1.125em 1.125em .3125em 1.125em; background: var(--brand); color: var(--brand-ink); }
.resident .text a { color: inherit; }
.agent .text { border-left: 4px solid var(--focus); }
.by { margin: 0 0 .125em .25em; font-size: .8125em; color: var(--soft); }
.system { align-items: center; }
.system .text { max-width: 100%; border-radius: .75em; border-style: dashed; border-color: var(--edge); background: none; font-size: .9375em; text-align: center; }
.foot { display: flex; flex-wrap: wrap; align-items: center; max-width: 100%; font-size: .875em; color: var(--soft); }
.source { display: inline-flex; align-items: center; min-height: 44px; margin-right: .5em; padding: 0 .25em; overflow-wrap: anywhere; }
.thumb { display: grid; place-items: center; width: 44px; height: 44px; padding: 0; border: 0; border-radius: 50%; background: none; color: var(--soft); }
.thumb svg { width: 19px; height: 19px; }
.thumb:hover { background: var(--wash); color: var(--ink); }
.thumb:focus-visible { outline-offset: -3px; }
.thumb[aria-pressed=true] { color: var(--link); }
.thumb[aria-pressed=true] svg { fill: currentColor; }
.choices { display: flex; flex-wrap: wrap; gap: .5em; max-width: 100%; margin-top: .5em; }
.choice, .btn { min-height: 44px; padding: .375em 1em; border: 1.5px solid var(--link); border-radius: 1.5em; background: var(--paper); color: var(--link); font-weight: 600; text-align: left; overflow-wrap: anywhere; }
@media (hover: hover) { .choice:hover:enabled, .btn:hover { background: var(--wash); } }
.choice:disabled { border: 1.5px dotted var(--edge); background: none; color: var(--soft); font-weight: 400; cursor: default; }
.btn { border-radius: .75em; text-align: center; }
.btn.main { background: var(--brand); border-color: var(--brand); color: var(--brand-ink); }
.btn.main:hover { text-decoration: underline; }
.state { display: flex; flex-wrap: wrap; align-items: center; justify-content: flex-end; gap: .25em .75em; margin-top: .25em; font-size: .875em; color: var(--soft); }
.msg:not(.failed) .state { animation: appear .01s .6s backwards; }
@keyframes appear { from { visibility: hidden; height: 0; margin: 0; } }
.failed .state { justify-content: space-between; padding: .25em .25em .25em .75em; border: 1px solid var(--bad); border-radius: .75em; background: var(--bad-wash); color: var(--bad); }
.failed .btn { border-color: var(--bad); background: var(--paper); color: var(--bad); }
.below { position: absolute; bottom: .75em; left: 50%; transform: translateX(-50%); min-height: 44px; padding: 0 1.125em; border: 1.5px solid var(--link); border-radius: 1.5em; background: var(--paper); color: var(--link); font-weight: 600; box-shadow: var(--shadow); white-space: nowrap; }

.typing { display: flex; align-items: center; gap: .625em; padding: 0 1.25em; font-size: .875em; color: var(--soft); }
.typing:not(:empty) { padding-bottom: .5em; }
.dots { display: flex; gap: .25em; }
.dots i { width: .4375em; height: .4375em; border-radius: 50%; background: currentColor; animation: breathe 1.2s infinite ease-in-out; }
.dots i:nth-child(2) { animation-delay: .15s; } .dots i:nth-child(3) { animation-delay: .3s; }
@keyframes breathe { 0%, 60%, 100% { opacity: .3; } 30% { opacity: 1; } }
.banner { padding: .5em 1em; border-top: 1px solid var(--line); background: var(--wash); font-size: .9375em; }
.ask { max-height: 60%; overflow-y: auto; padding: .75em 1em; border-top: 1px solid var(--line); background: var(--paper); }
.ask div { display: flex; flex-wrap: wrap; gap: .5em; margin-top: .625em; }

form { display: grid; grid-template-columns: 1fr auto; align-items: end; gap: .5em; padding: .75em; border-top: 1px solid var(--line); background: var(--paper); }
textarea { width: 100%; height: 44px; min-height: 44px; max-height: 8.5em; padding: .5625em .875em; border: 1.5px solid var(--edge); border-radius: .875em; background: var(--paper); resize: none; }
textarea::placeholder { color: var(--soft); opacity: 1; }
textarea:focus-visible { outline-offset: 0; }
.send { display: grid; place-items: center; width: 44px; height: 44px; padding: 0; border: 2px solid transparent; border-radius: 50%; background: var(--brand); color: var(--brand-ink); }
.count { grid-column: 1 / -1; font-size: .875em; color: var(--soft); }
.count.over { color: var(--bad); font-weight: 600; }

@media (max-width: 600px), (max-height: 480px) {
  dialog { inset: 0; width: 100%; height: 100%; border: 0; border-radius: 0; }
}
@media (max-width: 480px), (max-height: 480px) {
  .launch { right: 1em; bottom: 1em; min-height: 3.25em; }
}
@media (max-width: 420px) { .face { display: none; } }
@media (max-width: 360px) {
  .launch { width: 3.25em; padding: 0; justify-content: center; }
  .launch .label { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .badge { position: absolute; top: -.5em; right: -.25em; border: 1px solid var(--edge); }
}
@media (max-height: 480px) {
  .head { padding: 0 .25em 0 .75em; } .face, .who p { display: none; }
  .log { padding: .5em .75em; } form { padding: .25em .5em; } .typing:not(:empty) { padding-bottom: .125em; }
  .ask { padding: .375em .75em; max-height: 80%; }
}
@media (prefers-reduced-motion: reduce) { .dots i { animation: none; } }
@media (forced-colors: active) {
  :host {
    --ink: CanvasText; --soft: CanvasText; --paper: Canvas; --ground: Canvas; --line: CanvasText; --edge: CanvasText; --brand: ButtonFace;
    --brand-ink: ButtonText; --head: Canvas; --head-ink: CanvasText; --link: LinkText; --wash: Canvas; --focus: Highlight; --bad: CanvasText; --bad-wash: Canvas;
  }
  .dots i { background: CanvasText; }
  .text, .resident .text, .launch, .send, .bar, .thumb, .badge, .urgent { border: 1px solid; }
  .thumb[aria-pressed=true] { background: Highlight; color: HighlightText; forced-color-adjust: none; }
}`;

  /** Shapes on a 24 x 24 grid. @type {Record<string, string>} */
  const ICONS = {
    chat: "M20 4H4v12h4v4l5-4h7zM8 9h8M8 12.500h5",
    close: "M6 6l12 12M18 6L6 18",
    menu: "M5 7h14M5 12h14M5 17h14",
    send: "M12 19V5M6 11l6-6 6 6",
    up: "M7 11v9H4v-9zM7 11l4-8c1.700 0 2.600 1.200 2.300 2.800L12.700 9H19a1.800 1.800 0 0 1 1.800 2.200l-1.500 7A2.200 2.200 0 0 1 17.200 20H7",
    down: "M17 13V4h3v9zM17 13l-4 8c-1.700 0-2.600-1.200-2.300-2.800l.6-3.200H5a1.800 1.800 0 0 1-1.800-2.200l1.500-7A2.200 2.200 0 0 1 6.800 4H17",
    phone: "M6 3h3l2 5-2.500 1.500a12 12 0 0 0 6 6L16 13l5 2v3a3 3 0 0 1-3 3A15 15 0 0 1 3 6a3 3 0 0 1 3-3z",
    page: "M6 3h9l4 4v14H6zM14 3v5h5M9 13h7M9 17h7",
    bin: "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13",
  };

  /**
   * Builds an element. `t` and `l` name the words of its text and of its label; they follow the language switch.
   * @param {string} tag
   * @param {Record<string, any>} [attributes]
   * @param {...(Node | string | false)} children
   * @returns {any}
   */
  function h(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (typeof value === "function") node.addEventListener(name, value);
      else if (name === "t" || name === "l" || name === "v" || name === "p") node.dataset[name] = value;
      else if (value !== false) node.setAttribute(name, value);
    }
    for (const child of children) if (child) node.append(child);
    return node;
  }

  /** @param {string} name */
  function icon(name) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const path = document.createElementNS(svg.namespaceURI, "path");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    path.setAttribute("d", ICONS[name]);
    svg.append(path);
    return svg;
  }

  /** An https address, or null. @param {string | null | undefined} text */
  function address(text) {
    try {
      const url = new URL(text ?? "");
      return url.protocol === "https:" ? url : null;
    } catch {
      return null;
    }
  }

  /** Text nodes, with https addresses made into links. @param {string} text @returns {(Node | string)[]} */
  function linked(text) {
    return text.split(/(https:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]}»”])/).map((part, index) => {
      if (index % 2 === 0 || !address(part)) return part;
      return h("a", { href: part, target: "_blank", rel: "noopener noreferrer" }, part);
    });
  }

  // -------------------------------------------------------------------------------------------- web API

  /** The web API said no, or could not be reached (status 0). */
  class ApiError extends Error {
    /** @param {number} status @param {string} [message] words for the resident, if the server sent some */
    constructor(status, message = "") {
      super(message);
      this.status = status;
    }

    get retryable() {
      return this.status === 0 || this.status === 408 || this.status >= 500;
    }
  }

  /** The routes of the web API. */
  class Api {
    secret = "";
    lang = "en"; // of the words in an error

    /** @param {string} root  https://…/v1/web/city */
    constructor(root) {
      this.root = root;
    }

    /**
     * @param {string} path
     * @param {RequestInit} [options]
     * @param {number} [timeout] ms until there must be an answer
     * @param {AbortController} [stop]
     * @returns {Promise<Response>}
     */
    async request(path, options = {}, timeout = POST_TIMEOUT, stop = new AbortController()) {
      /** @type {Record<string, string>} */
      const headers = { "Accept-Language": this.lang, ...Object(options.headers) };
      if (this.secret) headers.Authorization = `Bearer ${this.secret}`;
      if (options.body) headers["Content-Type"] = "application/json";
      const timer = setTimeout(() => stop.abort(), timeout);
      /** @type {Response} */
      let response;
      try {
        response = await fetch(this.root + path, { ...options, headers, signal: stop.signal, cache: "no-store", credentials: "omit" });
      } catch {
        throw new ApiError(0);
      } finally {
        clearTimeout(timer);
      }
      if (response.ok) return response;
      const problem = await response.json().catch(() => null);
      throw new ApiError(response.status, problem?.error?.message);
    }

    /** @param {string} path @param {object} body @returns {Promise<any>} */
    async post(path, body) {
      const answer = await this.request(path, { method: "POST", body: JSON.stringify(body) });
      return answer.json().catch(() => {
        throw new ApiError(0);
      });
    }

    /** @returns {Promise<{session: string, secret: string, texting: boolean, kept: boolean}>} */
    async open() {
      this.secret = "";
      const opened = await this.post("/sessions", { lang: this.lang });
      this.secret = opened.secret;
      return opened;
    }

    /** @param {object} message @returns {Promise<{number: number | null}>} */
    send(message) {
      return this.post("/messages", message);
    }

    async end() {
      await this.request("/sessions", { method: "DELETE" });
    }

    /** @param {number} after @param {AbortController} stop @returns {Promise<ChatEvent[]>} */
    async poll(after, stop) {
      const answer = await this.request(`/poll?after=${after}&wait=${POLL_WAIT}`, {}, (POLL_WAIT + 15) * 1000, stop);
      const body = await answer.json().catch(() => {
        throw new ApiError(0);
      });
      return body.events;
    }

    /**
     * Server-sent events by fetch, because EventSource cannot send the Authorization header.
     * Yields null for every sign of life that is not an event.
     * @param {number} after
     * @param {AbortController} stop
     * @returns {AsyncGenerator<ChatEvent | null>}
     */
    async *stream(after, stop) {
      let watchdog = setTimeout(() => stop.abort(), FIRST_BYTE);
      try {
        const headers = { Accept: "text/event-stream", "Last-Event-ID": String(after) };
        const answer = await this.request(`/events?after=${after}`, { headers }, FIRST_BYTE, stop);
        const reader = /** @type {ReadableStream<Uint8Array>} */ (answer.body).getReader();
        const decoder = new TextDecoder();
        let rest = "";
        for (;;) {
          const { done, value } = await reader.read();
          if (done) return;
          clearTimeout(watchdog);
          watchdog = setTimeout(() => stop.abort(), SILENCE);
          const blocks = (rest + decoder.decode(value, { stream: true })).split(/\r?\n\r?\n/);
          rest = blocks.pop() ?? "";
          yield null;
          for (const block of blocks) {
            const data = block.split(/\r?\n/).filter((line) => line.startsWith("data:"));
            if (data.length) yield JSON.parse(data.map((line) => line.slice(5)).join("\n"));
          }
        }
      } catch (error) {
        throw error instanceof ApiError ? error : new ApiError(0);
      } finally {
        clearTimeout(watchdog);
        stop.abort();
      }
    }
  }

  // ----------------------------------------------------------------------------------------------- feed

  /**
   * Keeps events coming, each once and in order: a stream, long polls where streams do not pass, and
   * another try after every failure.
   */
  class Feed {
    last = 0;
    #polling = false; // the last stream brought nothing: something on the way may hold streams back
    #failures = 0;
    #stopped = false;
    #stop = new AbortController();
    #wake = () => {};

    /**
     * @param {Api} api
     * @param {number} last  number of the last event already taken
     * @param {{event: (event: ChatEvent) => void, up: () => void, down: (failures: number) => void,
     *   expired: () => void}} to
     */
    constructor(api, last, to) {
      this.api = api;
      this.last = last;
      this.to = to;
      this.#run();
    }

    async #run() {
      while (!this.#stopped) {
        this.#stop = new AbortController();
        let alive = false;
        let first = true;
        try {
          for await (const event of this.#polling ? this.#polled() : this.api.stream(this.last, this.#stop)) {
            if (this.#stopped) return;
            alive = true;
            this.#failures = 0;
            this.to.up();
            if (event && !this.#take(event, first)) break;
            if (event?.number) first = false;
          }
        } catch (error) {
          if (error instanceof ApiError && error.status === 401 && !this.#stopped) return this.to.expired();
        }
        if (this.#stopped) return;
        this.#polling = !alive && !this.#polling;
        if (!alive) this.to.down(++this.#failures);
        await this.#pause();
      }
    }

    /** @returns {AsyncGenerator<ChatEvent | null>} */
    async *#polled() {
      // After some minutes a stream gets another chance.
      for (let round = 0; round < 12; round++) {
        const events = await this.api.poll(this.last, this.#stop);
        yield null;
        yield* events;
      }
    }

    /**
     * @param {ChatEvent} event
     * @param {boolean} first  the first numbered one on this connection: the server's word on where to go on
     * @returns {boolean} false at a gap: ask again from the last one
     */
    #take(event, first) {
      if (event.number !== null) {
        if (event.number <= this.last) return true;
        if (event.number > this.last + 1 && !first) return false;
        this.last = event.number;
      }
      this.to.event(event);
      return true;
    }

    #pause() {
      const longest = Math.min(30_000, 500 * 2 ** this.#failures);
      const time = longest / 2 + (Math.random() * longest) / 2;
      return new Promise((resolve) => {
        const timer = setTimeout(resolve, time);
        this.#wake = () => {
          clearTimeout(timer);
          resolve(undefined);
        };
      });
    }

    /** Connects anew at once: the network is back, or the phone woke up. */
    refresh() {
      this.#stop.abort();
      this.#wake();
    }

    stop() {
      this.#stopped = true;
      this.refresh();
    }
  }

  // -------------------------------------------------------------------------------------------- element

  const script = /** @type {HTMLScriptElement | null} */ (document.currentScript);

  /** @param {HTMLElement} element @returns {Config} */
  function configure(element) {
    /** @param {string} name @param {string} [fallback] */
    const read = (name, fallback = "") => element.dataset[name] ?? script?.dataset[name] ?? fallback;
    const wanted = [read("lang"), document.documentElement.lang, ...navigator.languages];
    const lang = wanted.map((tag) => tag.slice(0, 2).toLowerCase()).find((tag) => tag in WORDS) ?? "en";
    const base = read("base", script?.src ? new URL(script.src).origin : location.origin);
    return {
      channel: read("channel", "city"),
      base: base.replace(/\/$/, ""),
      lang: /** @type {Lang} */ (lang),
      title: { en: read("title", WORDS.en.title), es: read("titleEs") || read("title", WORDS.es.title) },
      phone: read("phone"),
      emergency: read("emergency", "911"),
      idle: Number(read("idle", "15")) * 60_000,
    };
  }

  /** A random id; randomUUID exists only on secure pages, and a demo on a local network is not one. */
  function newId() {
    if (crypto.randomUUID) return crypto.randomUUID();
    return Array.from(crypto.getRandomValues(new Uint8Array(16)), (n) => n.toString(16).padStart(2, "0")).join("");
  }

  const whole = matchMedia("(max-width: 600px), (max-height: 480px)"); // the panel takes the whole screen

  class CityAssistant extends HTMLElement {
    /** @type {Config} */ #config = configure(this);
    /** @type {Lang} */ #lang = this.#config.lang;
    #api = new Api("");
    /** @type {Feed | null} */ #feed = null;
    /** @type {Promise<void> | null} */ #opening = null;
    #session = "";
    #expiredAt = -Infinity;
    #seen = 0; // number of the last event that was on screen
    #newLang = false; // the resident chose a language and the server has not heard of it
    #live = false; // the replay is over: what arrives now is new
    #sending = false;
    #lost = false;
    /** @type {Outgoing[]} */ #outgoing = [];
    /** @type {Map<number, HTMLElement>} */ #messages = new Map();
    /** @type {Record<string, string>} */ #rated = {};
    /** @type {HTMLElement | null} */ #opener = null;
    #typingTimer = 0;
    #idleTimer = 0;
    #saidTimer = 0;
    /** @type {Record<string, any>} */ #ui = {};

    connectedCallback() {
      if (this.shadowRoot) return void (this.#session && this.#listenTo()); // moved to another place on the page
      this.#config = configure(this);
      this.#lang = this.#config.lang;
      this.#api = new Api(`${this.#config.base}/v1/web/${encodeURIComponent(this.#config.channel)}`);
      const root = this.attachShadow({ mode: "open" });
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLES);
      root.adoptedStyleSheets = [sheet];
      this.#build(root);
      this.#listen();
      const saved = this.#load();
      if (saved) this.#restore(saved);
      this.#translate();
    }

    disconnectedCallback() {
      this.#feed?.stop();
      this.#feed = null;
    }

    /** Opens the panel and puts the cursor into the input. */
    open() {
      if (this.#ui.panel.open) return;
      const active = /** @type {HTMLElement | null} */ (document.activeElement);
      this.#opener = active === this || active === document.body ? null : active;
      this.#show();
      this.#ui.input.focus();
      this.#start();
    }

    /** Closes the panel and gives the focus back to what opened it. */
    close() {
      this.#ui.panel.close();
    }

    /** Opens the panel and sends `text` for the resident. @param {string} text */
    ask(text) {
      this.open();
      this.#send({ text });
    }

    // -- building

    /** @param {ShadowRoot} root */
    #build(root) {
      const ui = this.#ui;
      ui.badge = h("span", { class: "badge", hidden: "", "aria-hidden": "true" });
      ui.launch = h("button", { class: "launch", type: "button", "aria-haspopup": "dialog", click: () => this.open() },
        icon("chat"), h("span", { class: "label", t: "launch" }), ui.badge);
      ui.log = h("div", { class: "log", role: "log", "aria-live": "polite", tabindex: "0", l: "log", scroll: () => this.#scrolled() },
        this.#intro());
      ui.below = h("button", { class: "below", type: "button", hidden: "", t: "newBelow", click: () => this.#toEnd(true) });
      ui.typing = h("div", { class: "typing", role: "status" });
      ui.said = h("div", { class: "vh", role: "status" });
      ui.banner = h("p", { class: "banner", hidden: "" });
      ui.ask = h("div", { class: "ask", "aria-labelledby": "ask", hidden: "" });
      ui.panel = h("dialog", { "aria-labelledby": "title" },
        this.#header(), h("div", { class: "stage" }, ui.log, ui.below), ui.typing, ui.banner, ui.ask, this.#form(), ui.said);
      root.append(ui.launch, ui.panel);
    }

    #header() {
      const ui = this.#ui;
      const { phone } = this.#config;
      ui.other = h("button", { class: "bar", type: "button", t: "other", click: () => this.#choose(this.#lang === "en" ? "es" : "en") });
      ui.text = h("button", { type: "button", hidden: "", click: () => this.#byText() }, icon("chat"), h("span", { t: "text" }));
      ui.menu = h("div", { class: "menu", hidden: "", id: "menu" },
        phone && h("a", { href: `tel:${phone}` }, icon("phone"), h("span", { t: "call" })),
        h("a", { href: `${this.#api.root}/plain` }, icon("page"), h("span", { t: "plain" })),
        ui.text,
        h("button", { type: "button", click: () => this.#askEnd() }, icon("bin"), h("span", { t: "end" })));
      ui.toggle = h("button", { class: "bar", type: "button", "aria-expanded": "false", "aria-controls": "menu", l: "menu", click: () => this.#toggle() }, icon("menu"));
      const leave = (/** @type {FocusEvent} */ event) => {
        const to = /** @type {Element | null} */ (event.relatedTarget);
        if (to && !to.closest(".top")) this.#toggle(false);
      };
      return h("div", { class: "top", focusout: leave },
        h("div", { class: "head" },
          h("span", { class: "face", "aria-hidden": "true" }, icon("chat")),
          h("div", { class: "who" }, h("h2", { id: "title", t: "title" }), h("p", { t: "kind" })),
          ui.other, ui.toggle,
          h("button", { class: "bar", type: "button", l: "close", click: () => this.close() }, icon("close"))),
        ui.menu);
    }

    #intro() {
      const { phone } = this.#config;
      this.#ui.kept = h("p", { class: "quiet", hidden: "", t: "kept" }); // until the server says that it keeps anything
      this.#ui.starters = h("div", { class: "choices", role: "group", l: "starters" });
      for (const key of ["start1", "start2", "start3", "start4"]) {
        this.#ui.starters.append(h("button", { class: "choice", type: "button", t: key, click: this.#pressed((text) => this.#send({ text })) }));
      }
      return h("div", { class: "intro" },
        h("h3", { t: "hello" }),
        h("p", { t: "intro" }),
        this.#ui.starters,
        h("p", { class: "urgent" }, h("span", { t: "emergency" })),
        h("p", { class: "quiet", t: "privacy" }),
        this.#ui.kept,
        phone && h("p", { class: "quiet" }, h("a", { href: `tel:${phone}`, t: "phone" })),
        h("p", { class: "quiet" }, h("a", { href: `${this.#api.root}/plain`, t: "plain" })));
    }

    #form() {
      const ui = this.#ui;
      ui.input = h("textarea", { id: "input", rows: "1", l: "input", p: "placeholder", enterkeyhint: "send", "aria-describedby": "count",
        input: () => this.#typed(), keydown: (/** @type {KeyboardEvent} */ event) => {
          if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          this.#submit();
        } });
      ui.count = h("p", { class: "count", id: "count", hidden: "" });
      ui.form = h("form", { submit: (/** @type {Event} */ event) => { event.preventDefault(); this.#submit(); } },
        ui.input, h("button", { class: "send", type: "submit", l: "send" }, icon("send")), ui.count);
      return ui.form;
    }

    #listen() {
      const panel = this.#ui.panel;
      panel.addEventListener("close", () => this.#closed());
      panel.addEventListener("cancel", (/** @type {Event} */ event) => { event.preventDefault(); this.#escape(); });
      panel.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
        if (event.key !== "Escape" || event.isComposing) return;
        event.preventDefault();
        event.stopPropagation();
        this.#escape();
      });
      panel.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => {
        this.#active();
        if (!(/** @type {Element} */ (event.target).closest(".top"))) this.#toggle(false);
      });
      new ResizeObserver(() => this.#pinned && this.#toEnd()).observe(this.#ui.log);
      whole.addEventListener("change", () => this.#reshow());
      window.visualViewport?.addEventListener("resize", () => this.#fit());
      window.visualViewport?.addEventListener("scroll", () => this.#fit());
      window.addEventListener("online", () => this.#online());
      window.addEventListener("offline", () => this.#online());
      window.addEventListener("pageshow", (event) => event.persisted && this.#feed?.refresh());
      let hiddenAt = 0;
      document.addEventListener("visibilitychange", () => {
        if (document.hidden) hiddenAt = Date.now();
        else if (Date.now() - hiddenAt > 30_000) this.#feed?.refresh(); // a phone's sleep cuts connections silently
      });
      document.addEventListener("click", (event) => {
        const target = /** @type {Element} */ (event.target).closest?.("[data-assistant-open]");
        if (!(target instanceof HTMLElement) || event.defaultPrevented || event.ctrlKey || event.metaKey) return;
        event.preventDefault();
        target.focus();
        if (target.dataset.assistantOpen) this.ask(target.dataset.assistantOpen);
        else this.open();
      });
    }

    // -- words

    /** @param {string} key @param {string} [value] */
    #word(key, value = "") {
      const { title, phone, emergency } = this.#config;
      if (key === "title") return title[this.#lang];
      return WORDS[this.#lang][key].replace("{v}", value).replace("{phone}", phone).replace("{emergency}", emergency);
    }

    /** Writes every word of the interface below `root` in the language of the moment. */
    #translate(root = /** @type {ParentNode} */ (this.shadowRoot)) {
      for (const node of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-t], [data-l], [data-p]"))) {
        const { t, l, p, v } = node.dataset;
        if (t) node.textContent = this.#word(t, v);
        if (l) node.setAttribute("aria-label", this.#word(l, v));
        if (p) node.setAttribute("placeholder", this.#word(p));
      }
      const { panel, launch, other } = this.#ui;
      this.#api.lang = this.#lang;
      panel.lang = launch.lang = this.#lang;
      other.lang = this.#lang === "en" ? "es" : "en";
      this.#unread();
    }

    /** Says something to people who listen, once. @param {string} key @param {string} [value] */
    #say(key, value) {
      this.#ui.said.textContent = "";
      clearTimeout(this.#saidTimer);
      // A live region speaks when it changes; a moment apart, the same words count as a change.
      this.#saidTimer = window.setTimeout(() => (this.#ui.said.textContent = this.#word(key, value)), 50);
    }

    /** The resident chooses a language. @param {Lang} lang */
    #choose(lang) {
      this.#newLang = true;
      this.#speak(lang);
      this.#say("nowIn");
    }

    /** @param {Lang} lang */
    #speak(lang) {
      this.#lang = lang;
      this.#translate();
      this.#count();
      this.#save();
    }

    // -- opening and closing

    #show() {
      const { panel, launch } = this.#ui;
      // As a full screen it must keep the focus from wandering behind it; as a corner panel the page stays usable.
      if (whole.matches) panel.showModal();
      else panel.show();
      launch.hidden = true;
      this.#fit();
      this.#toEnd();
      this.#unread();
      this.#active();
      this.#save();
    }

    #closed() {
      const { launch } = this.#ui;
      if (this.#ui.panel.open) return;
      if (!this.#ui.ask.hidden) this.#settleAsk();
      this.#toggle(false);
      launch.hidden = false;
      clearTimeout(this.#idleTimer);
      (this.#opener?.isConnected ? this.#opener : launch).focus();
      this.#save();
    }

    /** The window changed its shape: the same panel, modal or not. */
    #reshow() {
      const { panel, log } = this.#ui;
      if (!panel.open) return;
      const focused = /** @type {HTMLElement | null} */ (this.shadowRoot?.activeElement);
      const top = log.scrollTop;
      panel.close();
      this.#show();
      log.scrollTop = top;
      focused?.focus();
    }

    /** Keeps the panel inside what an on-screen keyboard leaves free. */
    #fit() {
      const { style } = this.#ui.panel;
      const view = window.visualViewport;
      const on = view && whole.matches && view.scale === 1;
      style.height = on ? `${view.height}px` : "";
      style.top = on ? `${view.offsetTop}px` : "";
      style.bottom = on ? "auto" : "";
    }

    #escape() {
      if (!this.#ui.ask.hidden) this.#settleAsk(true);
      else if (!this.#ui.menu.hidden) this.#toggle(false, true);
      else this.close();
    }

    /** @param {boolean} [on] @param {boolean} [focus] back to the menu's button */
    #toggle(on = this.#ui.menu.hidden, focus = false) {
      this.#ui.menu.hidden = !on;
      this.#ui.toggle.setAttribute("aria-expanded", String(on));
      if (focus) this.#ui.toggle.focus();
    }

    #unread() {
      const { launch, badge, panel } = this.#ui;
      if (panel.open) this.#seen = Math.max(this.#seen, this.#feed?.last ?? 0);
      const count = [...this.#messages].filter(([number, node]) => number > this.#seen && !node.classList.contains("resident")).length;
      badge.hidden = !count;
      badge.textContent = String(count);
      if (count) launch.setAttribute("aria-label", this.#word("launchNew", String(count)));
      else launch.removeAttribute("aria-label");
    }

    // -- session

    get #key() {
      return `city-assistant:${this.#config.channel}`;
    }

    /** @returns {Saved | null} */
    #load() {
      try {
        const saved = JSON.parse(sessionStorage.getItem(this.#key) ?? "null");
        return saved?.secret && saved.lang in WORDS && Array.isArray(saved.unsent) ? saved : null;
      } catch {
        return null;
      }
    }

    #save() {
      if (!this.#session) return;
      /** @type {Saved} */
      const saved = {
        session: this.#session, secret: this.#api.secret, last: this.#seen, lang: this.#lang,
        texting: !this.#ui.text.hidden, kept: !this.#ui.kept.hidden, open: this.#ui.panel.open, draft: this.#ui.input.value, rated: this.#rated,
        unsent: this.#outgoing.map(({ id, text, token, lang }) => ({ id, text, token, lang })),
      };
      try {
        sessionStorage.setItem(this.#key, JSON.stringify(saved));
      } catch {
        // Storage is full or forbidden: the chat works, only a reload forgets it.
      }
    }

    /** Goes on after a reload. @param {Saved} saved */
    #restore(saved) {
      this.#session = saved.session;
      this.#api.secret = saved.secret;
      this.#seen = saved.last;
      this.#rated = saved.rated ?? {};
      this.#ui.text.hidden = !saved.texting;
      this.#ui.kept.hidden = !saved.kept;
      this.#lang = saved.lang;
      this.#ui.input.value = saved.draft;
      for (const message of saved.unsent) this.#queue(message);
      if (saved.open) this.#show();
      this.#typed();
      this.#start();
    }

    /** Opens a session unless there is one. */
    #ensure() {
      if (this.#session) return Promise.resolve();
      this.#opening ??= this.#api
        .open()
        .then(({ session, texting, kept }) => {
          this.#session = session;
          this.#ui.text.hidden = !texting;
          this.#ui.kept.hidden = !kept;
          this.#live = true;
          this.#save();
        })
        .finally(() => (this.#opening = null));
      return this.#opening;
    }

    /** Brings session and feed up, however long it takes. */
    async #start() {
      for (let failures = 1; !this.#session; failures++) {
        try {
          await this.#ensure();
        } catch {
          this.#down(failures + 1);
          await new Promise((resolve) => setTimeout(resolve, Math.min(30_000, 1000 * 2 ** failures)));
        }
      }
      this.#listenTo();
      this.#pump();
    }

    #listenTo() {
      if (this.#feed) return;
      const { log } = this.#ui;
      if (!this.#live) log.setAttribute("aria-live", "off"); // nobody wants the whole conversation read out again
      this.#feed = new Feed(this.#api, Math.max(0, ...this.#messages.keys()), {
        event: (event) => this.#take(event),
        up: () => this.#up(),
        down: (failures) => this.#down(failures),
        expired: () => this.#expired(),
      });
    }

    /** The server does not know this session any more: a new one, said in a plain sentence. */
    #expired() {
      this.#forget();
      this.#notice("expired");
      const again = Date.now() - this.#expiredAt < 10_000; // a server that refuses what it has just opened
      this.#expiredAt = Date.now();
      setTimeout(() => this.#start(), again ? 5_000 : 0);
    }

    /** Lets go of the session; what is on screen stays. */
    #drop() {
      this.#feed?.stop();
      this.#feed = null;
      this.#session = this.#api.secret = "";
      this.#seen = 0;
      this.#rated = {};
      this.#messages.clear();
      this.#showTyping(false);
      try {
        sessionStorage.removeItem(this.#key);
      } catch {
        // Storage is forbidden, so nothing was stored.
      }
    }

    /** Drops the session with everything on screen, but not what the resident has yet to send. */
    #forget() {
      this.#outgoing = this.#outgoing.filter((message) => !message.token); // a button belongs to its session
      for (const node of [...this.#ui.log.children].slice(1)) {
        if (!this.#outgoing.some((message) => message.node === node)) node.remove();
      }
      this.#drop();
    }

    // -- connection

    #up() {
      this.#live ||= this.#wentLive();
      if (!this.#lost) return;
      this.#lost = false;
      this.#ui.banner.hidden = true;
      this.#say("back");
      this.#pump();
    }

    /** What came first after a reload was the replay; from the next task on, news are read out. */
    #wentLive() {
      setTimeout(() => this.#ui.log.setAttribute("aria-live", "polite"), 500);
      return true;
    }

    /** @param {number} failures */
    #down(failures) {
      if (failures < 2 && navigator.onLine) return;
      const key = navigator.onLine ? "lost" : "offline";
      if (this.#lost && this.#ui.banner.dataset.t === key) return;
      this.#lost = true;
      this.#ui.banner.dataset.t = key;
      this.#ui.banner.textContent = this.#word(key);
      this.#ui.banner.hidden = false;
      this.#say(key);
    }

    #online() {
      if (!this.#session && !this.#ui.panel.open) return;
      if (!navigator.onLine) return this.#down(0);
      this.#feed?.refresh();
      this.#pump();
    }

    // -- what arrives

    /** @param {ChatEvent} event */
    #take(event) {
      if (event.type === "typing") return this.#showTyping(true);
      const number = /** @type {number} */ (event.number);
      const fresh = number > this.#seen;
      if (event.from === "resident") this.#takeOwn(event, number);
      else {
        this.#showTyping(false);
        this.#place(this.#message(event), number);
        if (event.lang in WORDS && event.lang !== this.#lang && event.from === "assistant" && fresh && !this.#newLang) {
          this.#speak(/** @type {Lang} */ (event.lang)); // the resident wrote in another language: the frame follows
        }
      }
      if (event.type === "end") this.#over();
      if (event.type === "notice" && fresh && this.#ui.ask.querySelector("a")) this.#settleAsk(true); // the phone has joined
      this.#toEnd();
      this.#unread();
      this.#save();
    }

    /** The resident's own message comes back with its number. @param {ChatEvent} event @param {number} number */
    #takeOwn(event, number) {
      if (this.#messages.has(number)) return;
      const plain = (/** @type {string} */ text) => text.replace(/\s+/g, " ").trim();
      const sent = this.#outgoing.find((message) => plain(message.text) === plain(event.text));
      if (sent) this.#settle(sent, number);
      else this.#place(this.#message(event), number);
    }

    /** The other side closed the chat: what was said stays readable, the next message opens a new one. */
    #over() {
      this.#outdate();
      for (const node of this.#messages.values()) node.dataset.number = "0"; // stays above what is to come
      this.#drop();
    }

    /** Puts a message where its number belongs; what has no number yet stays last. @param {HTMLElement} node @param {number} number */
    #place(node, number) {
      this.#messages.set(number, node);
      node.dataset.number = String(number);
      if (node.classList.contains("resident")) this.#outdate(number);
      else if ([...this.#messages].some(([n, other]) => n > number && other.classList.contains("resident"))) this.#outdate(number + 1);
      const log = this.#ui.log;
      const next = [...log.children].slice(1).find((other) => other !== node && Number(other.dataset.number ?? Infinity) > number) ?? null;
      if (node.parentNode !== log || node.nextSibling !== next) log.insertBefore(node, next);
      const previous = node.previousElementSibling;
      node.classList.toggle("same", previous?.className.split(" ")[1] === node.className.split(" ")[1]);
    }

    /** Buttons of questions that are answered stay readable and can no longer be pressed. @param {number} [before] */
    #outdate(before = Infinity) {
      this.#ui.starters.hidden = true;
      for (const [number, node] of this.#messages) {
        if (number < before) for (const choice of node.querySelectorAll(".choice")) /** @type {HTMLButtonElement} */ (choice).disabled = true;
      }
    }

    /** @param {ChatEvent} event @returns {HTMLElement} */
    #message(event) {
      const kind = event.type === "message" ? event.from : "system";
      const node = h("div", { class: `msg ${kind}` },
        kind === "agent" && h("span", { class: "by", "aria-hidden": "true", t: "agentShort" }),
        h("span", { class: "vh", t: kind === "resident" ? "you" : kind }),
        h("p", { class: "text", lang: event.lang || this.#lang }, ...linked(event.text)));
      if (event.source || event.feedback) node.append(this.#foot(event));
      if (event.buttons?.length) node.append(this.#choices(event));
      this.#translate(node);
      return node;
    }

    /** Source and thumbs. @param {ChatEvent} event */
    #foot(event) {
      const foot = h("div", { class: "foot" });
      const source = address(event.source);
      if (source) {
        foot.append(h("a", { class: "source", href: source.href, target: "_blank", rel: "noopener noreferrer" },
          h("span", { t: "source", v: source.hostname.replace(/^www\./, "") }), h("span", { class: "vh", t: "newTab" })));
      }
      if (event.feedback) foot.append(this.#thumbs(String(event.number), event.feedback));
      return foot;
    }

    /** @param {string} number @param {{up: string, down: string}} tokens */
    #thumbs(number, tokens) {
      const group = h("div", { class: "foot", role: "group", l: "rate" });
      for (const which of /** @type {("up" | "down")[]} */ (["up", "down"])) {
        group.append(h("button", { class: "thumb", type: "button", l: which, "data-thumb": which, "aria-pressed": String(this.#rated[number] === which),
          click: async () => {
            if (this.#rated[number] === which) return;
            try {
              await this.#api.send({ client_msg_id: newId(), token: tokens[which] });
            } catch {
              return this.#say("failed");
            }
            this.#rated[number] = which;
            for (const thumb of group.querySelectorAll("button")) thumb.setAttribute("aria-pressed", String(thumb.dataset.thumb === which));
            this.#save(); // the server's thanks is read out with the transcript
          } }, icon(which)));
      }
      return group;
    }

    /** @param {ChatEvent} event */
    #choices(event) {
      const group = h("div", { class: "choices", role: "group", l: "choices" });
      for (const { title, token } of event.buttons ?? []) {
        group.append(h("button", { class: "choice", type: "button", lang: event.lang || this.#lang, click: this.#pressed((text) => this.#send({ text, token })) }, title));
      }
      return group;
    }

    /**
     * A button that goes dead when pressed hands the focus on first: to the input, or to the conversation
     * on a touch screen, where the input would bring up the keyboard.
     * @param {(text: string) => void} action
     */
    #pressed(action) {
      return (/** @type {PointerEvent} */ event) => {
        const text = /** @type {HTMLElement} */ (event.currentTarget).textContent ?? "";
        this.#ui[event.pointerType === "touch" ? "log" : "input"].focus({ preventScroll: true });
        action(text);
      };
    }

    /** @param {boolean} on */
    #showTyping(on) {
      const { typing } = this.#ui;
      clearTimeout(this.#typingTimer);
      if (!on) return typing.replaceChildren();
      this.#typingTimer = window.setTimeout(() => this.#showTyping(false), TYPING_LASTS);
      if (typing.firstChild) return;
      typing.append(h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i")), h("span", { t: "typing" }));
      this.#translate(typing);
    }

    /** A sentence of the widget's own, not of the server. @param {string} key */
    #notice(key) {
      const { log } = this.#ui;
      const node = h("div", { class: "msg system", "data-number": String(this.#feed?.last ?? 0) },
        h("span", { class: "vh", t: "system" }), h("p", { class: "text", t: key }));
      log.insertBefore(node, this.#outgoing[0]?.node ?? null);
      this.#translate(log);
      this.#toEnd();
    }

    // -- scrolling

    #pinned = true; // the resident reads at the end, not further up

    #scrolled() {
      const { log, below } = this.#ui;
      this.#pinned = log.scrollHeight - log.scrollTop - log.clientHeight < 60 || log.scrollTop >= this.#goal() - 8;
      if (this.#pinned) below.hidden = true;
    }

    /** Where the last question stands at the top, or its answer on a short screen, and as much as fits below it. */
    #goal() {
      const { log } = this.#ui;
      const own = [...log.querySelectorAll(".resident")].pop();
      const top = (log.clientHeight < 300 && own?.nextElementSibling) || own;
      return top ? Math.min(log.scrollHeight - log.clientHeight, top.offsetTop - log.offsetTop - 8) : 0;
    }

    /** @param {boolean} [always] */
    #toEnd(always = false) {
      const { log, below } = this.#ui;
      if (this.#pinned || always) log.scrollTop = always ? log.scrollHeight : this.#goal();
      else below.hidden = false;
    }

    // -- what the resident writes

    #submit() {
      const text = this.#ui.input.value.trim();
      if (!text || [...text].length > LIMIT) return this.#ui.input.focus();
      this.#ui.input.value = "";
      this.#typed();
      this.#ui.input.focus();
      this.#send({ text });
    }

    /** @param {{text: string, token?: string}} message */
    #send(message) {
      this.#active();
      this.#pinned = true;
      this.#outdate();
      this.#queue({ id: newId(), ...message, lang: this.#newLang ? this.#lang : undefined });
      this.#toEnd();
      this.#start();
    }

    /** @param {Unsent} message */
    #queue(message) {
      const event = { number: null, type: /** @type {const} */ ("message"), from: /** @type {const} */ ("resident"), text: message.text, lang: this.#lang };
      /** @type {Outgoing} */
      const outgoing = { ...message, state: "waiting", node: this.#message(event) };
      this.#outgoing.push(outgoing);
      this.#ui.log.append(outgoing.node);
      this.#mark(outgoing, navigator.onLine ? "sending" : "waiting");
      this.#save();
    }

    /** Sends what waits, one after the other, so that the server numbers it in this order. */
    async #pump() {
      if (this.#sending || !this.#session) return;
      this.#sending = true;
      try {
        for (let message; (message = this.#outgoing.find(({ state }) => state === "waiting")) && navigator.onLine; ) {
          if (!(await this.#post(message))) break;
        }
      } finally {
        this.#sending = false;
      }
    }

    /** @param {Outgoing} message @returns {Promise<boolean>} false: the session is gone, stop here */
    async #post(message) {
      const { id, text, token, lang } = message;
      const started = Date.now();
      this.#mark(message, "sending");
      for (let attempt = 1; ; attempt++) {
        try {
          const body = { client_msg_id: id, ...(token ? { token } : { text }), ...(lang && { lang }) };
          const { number } = await this.#api.send(body);
          if (lang === this.#lang) this.#newLang = false;
          if (this.#outgoing.includes(message)) this.#settle(message, number);
          return true;
        } catch (caught) {
          const error = caught instanceof ApiError ? caught : new ApiError(0);
          if (!this.#outgoing.includes(message)) return true; // its event came, so it did arrive
          if (error.status === 401) {
            if (this.#session) this.#expired();
            return false;
          }
          if (!navigator.onLine) {
            this.#mark(message, "waiting");
            return false;
          }
          // A server that is being restarted is away for some seconds; one that answers with an error gets one more try.
          const patient = error.status === 0 && attempt < 5 && Date.now() - started < PATIENCE;
          if (!patient && (!error.retryable || attempt > 1)) {
            this.#fail(message, error);
            return true;
          }
          await new Promise((resolve) => setTimeout(resolve, 800 * 2 ** (attempt - 1)));
        }
      }
    }

    /** The server has it. @param {Outgoing} message @param {number | null} number */
    #settle(message, number) {
      this.#outgoing = this.#outgoing.filter((other) => other !== message);
      const { node } = message;
      node.classList.remove("failed");
      node.querySelector(".state")?.remove();
      if (number !== null && this.#messages.has(number) && this.#messages.get(number) !== node) node.remove();
      else if (number !== null) this.#place(node, number);
      this.#save();
    }

    /** @param {Outgoing} message @param {ApiError} error */
    #fail(message, error) {
      message.state = "failed";
      const again = error.status === 429 || error.retryable;
      const state = this.#mark(message, "failed");
      if (error.message) state.append(h("span", {}, error.message));
      if (again || !message.token) {
        state.append(h("button", { class: "btn", type: "button", t: again ? "retry" : "edit", click: () => {
          this.#ui.input.focus({ preventScroll: true });
          if (again) this.#again(message);
          else this.#change(message);
        } }));
      }
      this.#translate(message.node);
      this.#say("failedSaid");
      this.#toEnd();
    }

    /** @param {Outgoing} message */
    #again(message) {
      message.state = "waiting";
      this.#mark(message, "sending");
      this.#start();
    }

    /** @param {Outgoing} message */
    #change(message) {
      this.#outgoing = this.#outgoing.filter((other) => other !== message);
      message.node.remove();
      this.#ui.input.value = message.text;
      this.#typed();
    }

    /** Writes how it stands under a message. @param {Outgoing} message @param {"sending" | "waiting" | "failed"} key */
    #mark(message, key) {
      message.node.querySelector(".state")?.remove();
      message.node.classList.toggle("failed", key === "failed");
      const state = h("div", { class: "state" }, h("span", { t: key }));
      message.node.append(state);
      this.#translate(message.node);
      return state;
    }

    #typed() {
      const { input } = this.#ui;
      input.style.height = "auto";
      input.style.height = input.value ? `${input.scrollHeight + 3}px` : "";
      this.#count();
      this.#active();
      this.#save();
    }

    #count() {
      const { input, count } = this.#ui;
      const length = [...input.value.trim()].length;
      const over = length > LIMIT;
      count.hidden = length < NEAR_LIMIT;
      count.classList.toggle("over", over);
      input.setAttribute("aria-invalid", String(over));
      const [key, value] = over ? ["over", length - LIMIT] : ["left", LIMIT - length];
      count.textContent = count.hidden ? "" : this.#word(String(key), String(value));
      if (!count.hidden && (over || Number(value) % 50 === 0)) this.#say(String(key), String(value));
    }

    // -- idle and end

    /** The resident did something: the time without activity starts anew. */
    #active() {
      clearTimeout(this.#idleTimer);
      if (this.#config.idle) this.#idleTimer = window.setTimeout(() => this.#askIdle(), this.#config.idle);
    }

    #askIdle() {
      const { panel, ask, log } = this.#ui;
      if (!panel.open || !ask.hidden || !log.querySelector(".resident")) return;
      this.#askFor("idle", "group", h("button", { class: "btn main", type: "button", t: "goOn", click: () => this.#settleAsk(true) }),
        h("button", { class: "btn", type: "button", t: "endShort", click: () => this.#askEnd() }));
      this.#say("idle");
    }

    /** A code to text from a phone, which then takes part in this chat. */
    async #byText() {
      this.#toggle(false);
      try {
        const { message, link } = await this.#api.post("/handover", {});
        const app = h("a", { class: "btn main", href: link, t: "textOpen" });
        this.#askFor("byText", "alertdialog", app, h("button", { class: "btn", type: "button", t: "endNo", click: () => this.#settleAsk(true) }));
        this.#ui.ask.firstChild.dataset.v = message;
        this.#translate(this.#ui.ask);
        app.focus();
      } catch {
        this.#notice("textFailed");
      }
    }

    #askEnd() {
      this.#toggle(false);
      const no = h("button", { class: "btn", type: "button", t: "endNo", click: () => this.#settleAsk(true) });
      this.#askFor("endAsk", "alertdialog", h("button", { class: "btn main", type: "button", t: "endYes", click: () => this.#end() }), no);
      this.#ui.form.hidden = true;
      no.focus();
    }

    /** @param {string} key @param {"group" | "alertdialog"} role @param {...HTMLElement} buttons */
    #askFor(key, role, ...buttons) {
      const { ask } = this.#ui;
      ask.setAttribute("role", role);
      ask.replaceChildren(h("p", { id: "ask", t: key }), h("div", {}, ...buttons));
      this.#translate(ask);
      ask.hidden = false;
    }

    /** @param {boolean} [focus] into the input */
    #settleAsk(focus = false) {
      this.#ui.ask.hidden = true;
      this.#ui.form.hidden = false;
      if (focus) this.#ui.input.focus();
      this.#active();
    }

    async #end() {
      try {
        if (this.#session) await this.#api.end();
      } catch (error) {
        if (!(error instanceof ApiError) || error.status !== 401) {
          this.#settleAsk(true);
          return this.#notice("endFailed");
        }
      }
      this.#outgoing = [];
      this.#forget();
      this.#ui.starters.hidden = false;
      this.#ui.input.value = "";
      this.#typed();
      this.#notice("ended");
      this.#settleAsk(true);
    }
  }

  if (customElements.get("city-assistant")) return; // the script is on the page twice
  customElements.define("city-assistant", CityAssistant);
  const insert = () => document.querySelector("city-assistant") ?? document.body.append(document.createElement("city-assistant"));
  if (document.readyState === "loading" && !document.body) document.addEventListener("DOMContentLoaded", insert);
  else insert();
})();
