var e=Object.create,t=Object.defineProperty,n=Object.getOwnPropertyDescriptor,r=Object.getOwnPropertyNames,i=Object.getPrototypeOf,a=Object.prototype.hasOwnProperty,o=(e,t)=>()=>(t||(e((t={exports:{}}).exports,t,t.exports),e=null),t.exports),s=(e,i,o,s)=>{if(i&&typeof i==`object`||typeof i==`function`)for(var c=r(i),l=0,u=c.length,d;l<u;l++)d=c[l],!a.call(e,d)&&d!==o&&t(e,d,{get:(e=>i[e]).bind(null,d),enumerable:!(s=n(i,d))||s.enumerable});return e},c=(n,r,o)=>(o=n==null?{}:e(i(n)),s(r||!n||!n.__esModule||!a.call(n,`default`)?t(o,`default`,{value:n,enumerable:!0}):o,n)),l=o((e=>{var t=Symbol.for(`react.transitional.element`),n=Symbol.for(`react.portal`),r=Symbol.for(`react.fragment`),i=Symbol.for(`react.strict_mode`),a=Symbol.for(`react.profiler`),o=Symbol.for(`react.consumer`),s=Symbol.for(`react.context`),c=Symbol.for(`react.forward_ref`),l=Symbol.for(`react.suspense`),u=Symbol.for(`react.memo`),d=Symbol.for(`react.lazy`),f=Symbol.for(`react.activity`),p=Symbol.for(`react.view_transition`),m=Symbol.iterator;function h(e){return typeof e!=`object`||!e?null:(e=m&&e[m]||e[`@@iterator`],typeof e==`function`?e:null)}var g={isMounted:function(){return!1},enqueueForceUpdate:function(){},enqueueReplaceState:function(){},enqueueSetState:function(){}},_=Object.assign,v={};function y(e,t,n){this.props=e,this.context=t,this.refs=v,this.updater=n||g}y.prototype.isReactComponent={},y.prototype.setState=function(e,t){if(typeof e!=`object`&&typeof e!=`function`&&e!=null)throw Error(`takes an object of state variables to update or a function which returns an object of state variables.`);this.updater.enqueueSetState(this,e,t,`setState`)},y.prototype.forceUpdate=function(e){this.updater.enqueueForceUpdate(this,e,`forceUpdate`)};function b(){}b.prototype=y.prototype;function x(e,t,n){this.props=e,this.context=t,this.refs=v,this.updater=n||g}var S=x.prototype=new b;S.constructor=x,_(S,y.prototype),S.isPureReactComponent=!0;var C=Array.isArray;function w(){}var T={H:null,A:null,T:null,S:null},E=Object.prototype.hasOwnProperty;function ee(e,n,r){var i=r.ref;return{$$typeof:t,type:e,key:n,ref:i===void 0?null:i,props:r}}function te(e,t){return ee(e.type,t,e.props)}function ne(e){return typeof e==`object`&&!!e&&e.$$typeof===t}function re(e){var t={"=":`=0`,":":`=2`};return`$`+e.replace(/[=:]/g,function(e){return t[e]})}var D=/\/+/g;function ie(e,t){return typeof e==`object`&&e&&e.key!=null?re(``+e.key):t.toString(36)}function O(e){switch(e.status){case`fulfilled`:return e.value;case`rejected`:throw e.reason;default:switch(typeof e.status==`string`?e.then(w,w):(e.status=`pending`,e.then(function(t){e.status===`pending`&&(e.status=`fulfilled`,e.value=t)},function(t){e.status===`pending`&&(e.status=`rejected`,e.reason=t)})),e.status){case`fulfilled`:return e.value;case`rejected`:throw e.reason}}throw e}function k(e,r,i,a,o){var s=typeof e;(s===`undefined`||s===`boolean`)&&(e=null);var c=!1;if(e===null)c=!0;else switch(s){case`bigint`:case`string`:case`number`:c=!0;break;case`object`:switch(e.$$typeof){case t:case n:c=!0;break;case d:return c=e._init,k(c(e._payload),r,i,a,o)}}if(c)return o=o(e),c=a===``?`.`+ie(e,0):a,C(o)?(i=``,c!=null&&(i=c.replace(D,`$&/`)+`/`),k(o,r,i,``,function(e){return e})):o!=null&&(ne(o)&&(o=te(o,i+(o.key==null||e&&e.key===o.key?``:(``+o.key).replace(D,`$&/`)+`/`)+c)),r.push(o)),1;c=0;var l=a===``?`.`:a+`:`;if(C(e))for(var u=0;u<e.length;u++)a=e[u],s=l+ie(a,u),c+=k(a,r,i,s,o);else if(u=h(e),typeof u==`function`)for(e=u.call(e),u=0;!(a=e.next()).done;)a=a.value,s=l+ie(a,u++),c+=k(a,r,i,s,o);else if(s===`object`){if(typeof e.then==`function`)return k(O(e),r,i,a,o);throw r=String(e),Error(`Objects are not valid as a React child (found: `+(r===`[object Object]`?`object with keys {`+Object.keys(e).join(`, `)+`}`:r)+`). If you meant to render a collection of children, use an array instead.`)}return c}function ae(e,t,n){if(e==null)return e;var r=[],i=0;return k(e,r,``,``,function(e){return t.call(n,e,i++)}),r}function oe(e){if(e._status===-1){var t=e._result,n=t();n.then(function(t){(e._status===0||e._status===-1)&&(e._status=1,e._result=t,n.status===void 0&&(n.status=`fulfilled`,n.value=t))},function(t){(e._status===0||e._status===-1)&&(e._status=2,e._result=t,n.status===void 0&&(n.status=`rejected`,n.reason=t))}),e._status===-1&&(e._status=0,e._result=n)}if(e._status===1)return e._result.default;throw e._result}var se=typeof reportError==`function`?reportError:function(e){if(typeof window==`object`&&typeof window.ErrorEvent==`function`){var t=new window.ErrorEvent(`error`,{bubbles:!0,cancelable:!0,message:typeof e==`object`&&e&&typeof e.message==`string`?String(e.message):String(e),error:e});if(!window.dispatchEvent(t))return}else if(typeof process==`object`&&typeof process.emit==`function`){process.emit(`uncaughtException`,e);return}console.error(e)};function ce(e){var t=T.T,n={};n.types=t===null?null:t.types,T.T=n;try{var r=e(),i=T.S;i!==null&&i(n,r),typeof r==`object`&&r&&typeof r.then==`function`&&r.then(w,se)}catch(e){se(e)}finally{t!==null&&n.types!==null&&(t.types=n.types),T.T=t}}function le(e){var t=T.T;if(t!==null){var n=t.types;n===null?t.types=[e]:n.indexOf(e)===-1&&n.push(e)}else ce(le.bind(null,e))}var ue={map:ae,forEach:function(e,t,n){ae(e,function(){t.apply(this,arguments)},n)},count:function(e){var t=0;return ae(e,function(){t++}),t},toArray:function(e){return ae(e,function(e){return e})||[]},only:function(e){if(!ne(e))throw Error(`React.Children.only expected to receive a single React element child.`);return e}};e.Activity=f,e.Children=ue,e.Component=y,e.Fragment=r,e.Profiler=a,e.PureComponent=x,e.StrictMode=i,e.Suspense=l,e.ViewTransition=p,e.__CLIENT_INTERNALS_DO_NOT_USE_OR_WARN_USERS_THEY_CANNOT_UPGRADE=T,e.__COMPILER_RUNTIME={__proto__:null,c:function(e){return T.H.useMemoCache(e)}},e.addTransitionType=le,e.cache=function(e){return function(){return e.apply(null,arguments)}},e.cacheSignal=function(){return null},e.cloneElement=function(e,t,n){if(e==null)throw Error(`The argument must be a React element, but you passed `+e+`.`);var r=_({},e.props),i=e.key;if(t!=null)for(a in t.key!==void 0&&(i=``+t.key),t)!E.call(t,a)||a===`key`||a===`__self`||a===`__source`||a===`ref`&&t.ref===void 0||(r[a]=t[a]);var a=arguments.length-2;if(a===1)r.children=n;else if(1<a){for(var o=Array(a),s=0;s<a;s++)o[s]=arguments[s+2];r.children=o}return ee(e.type,i,r)},e.createContext=function(e){return e={$$typeof:s,_currentValue:e,_currentValue2:e,_threadCount:0,Provider:null,Consumer:null},e.Provider=e,e.Consumer={$$typeof:o,_context:e},e},e.createElement=function(e,t,n){var r,i={},a=null;if(t!=null)for(r in t.key!==void 0&&(a=``+t.key),t)E.call(t,r)&&r!==`key`&&r!==`__self`&&r!==`__source`&&(i[r]=t[r]);var o=arguments.length-2;if(o===1)i.children=n;else if(1<o){for(var s=Array(o),c=0;c<o;c++)s[c]=arguments[c+2];i.children=s}if(e&&e.defaultProps)for(r in o=e.defaultProps,o)i[r]===void 0&&(i[r]=o[r]);return ee(e,a,i)},e.createRef=function(){return{current:null}},e.forwardRef=function(e){return{$$typeof:c,render:e}},e.isValidElement=ne,e.lazy=function(e){return{$$typeof:d,_payload:{_status:-1,_result:e},_init:oe}},e.memo=function(e,t){return{$$typeof:u,type:e,compare:t===void 0?null:t}},e.startTransition=ce,e.unstable_useCacheRefresh=function(){return T.H.useCacheRefresh()},e.use=function(e){return T.H.use(e)},e.useActionState=function(e,t,n){return T.H.useActionState(e,t,n)},e.useCallback=function(e,t){return T.H.useCallback(e,t)},e.useContext=function(e){return T.H.useContext(e)},e.useDebugValue=function(){},e.useDeferredValue=function(e,t){return T.H.useDeferredValue(e,t)},e.useEffect=function(e,t){return T.H.useEffect(e,t)},e.useEffectEvent=function(e){return T.H.useEffectEvent(e)},e.useId=function(){return T.H.useId()},e.useImperativeHandle=function(e,t,n){return T.H.useImperativeHandle(e,t,n)},e.useInsertionEffect=function(e,t){return T.H.useInsertionEffect(e,t)},e.useLayoutEffect=function(e,t){return T.H.useLayoutEffect(e,t)},e.useMemo=function(e,t){return T.H.useMemo(e,t)},e.useOptimistic=function(e,t){return T.H.useOptimistic(e,t)},e.useReducer=function(e,t,n){return T.H.useReducer(e,t,n)},e.useRef=function(e){return T.H.useRef(e)},e.useState=function(e){return T.H.useState(e)},e.useSyncExternalStore=function(e,t,n){return T.H.useSyncExternalStore(e,t,n)},e.useTransition=function(){return T.H.useTransition()},e.version=`19.3.1`})),u=o(((e,t)=>{t.exports=l()})),d=o((e=>{var t=Symbol.for(`react.transitional.element`),n=Symbol.for(`react.fragment`);function r(e,n,r){var i=null;if(r!==void 0&&(i=``+r),n.key!==void 0&&(i=``+n.key),`key`in n)for(var a in r={},n)a!==`key`&&(r[a]=n[a]);else r=n;return n=r.ref,{$$typeof:t,type:e,key:i,ref:n===void 0?null:n,props:r}}e.Fragment=n,e.jsx=r,e.jsxs=r})),f=o(((e,t)=>{t.exports=d()})),p=c(u(),1);function m(e){let t=e,n=new Set;return{get:()=>t,set(e){let r=typeof e==`function`?e(t):e;if(!Object.is(r,t)){t=r;for(let e of[...n])e()}},subscribe(e){return n.add(e),()=>n.delete(e)}}}function h(e){return(0,p.useSyncExternalStore)(e.subscribe,e.get)}var g={read(e){try{let t=localStorage.getItem(`claimspan.${e}`);return t===null?void 0:JSON.parse(t)}catch{return}},write(e,t){try{return t===void 0?localStorage.removeItem(`claimspan.${e}`):localStorage.setItem(`claimspan.${e}`,JSON.stringify(t)),!0}catch{return!1}},keys(e){try{let t=`claimspan.${e}`;return Object.keys(localStorage).filter(e=>e.startsWith(t)).map(e=>e.slice(10))}catch{return[]}}},_=(function(){let e=typeof document<`u`&&document.createElement(`link`).relList;return e&&e.supports&&e.supports(`modulepreload`)?`modulepreload`:`preload`})(),v=function(e,t){return new URL(e,t).href},y={},b=function(e){return e.pathname.endsWith(`.css`)},x=function(e,t,n){if(t in e)return e[t];let r=n();if(!r){e[t]=void 0;return}let i=r.then(()=>{e[t]=void 0},n=>{throw e[t]=void 0,n});return e[t]=i,i},S=function(e,t,n){let r=Promise.resolve();if(t&&t.length>0){let e,i=document.querySelector(`meta[property=csp-nonce]`),a=i?.nonce||i?.getAttribute(`nonce`);function o(e){return Promise.all(e.map(e=>Promise.resolve(e).then(e=>({status:`fulfilled`,value:e}),e=>({status:`rejected`,reason:e}))))}function s(e){return import.meta.resolve?new URL(import.meta.resolve(e)):new URL(e,import.meta.url)}r=o(t.map(t=>{t=v(t,n);let r=s(t),i=b(r);return x(y,r.href,()=>{if(e===void 0){e={all:new Set,styles:new Set};let t=document.getElementsByTagName(`link`);for(let n=t.length-1;n>=0;n--){let r=t[n];e.all.add(r.href),r.rel===`stylesheet`&&e.styles.add(r.href)}}if((i?e.styles:e.all).has(r.href))return;let t=document.createElement(`link`);if(t.rel=i?`stylesheet`:_,i||(t.as=`script`),t.crossOrigin=``,t.href=r.href,a&&t.setAttribute(`nonce`,a),document.head.appendChild(t),i)return new Promise((e,n)=>{let i=a=>{t.removeEventListener(`load`,i),t.removeEventListener(`error`,i),a.type===`error`?n(Error(`Unable to preload CSS for ${r}`)):e(a)};t.addEventListener(`load`,i),t.addEventListener(`error`,i)})})}).filter(e=>e!==void 0))}function i(e){let t=new Event(`vite:preloadError`,{cancelable:!0});if(t.payload=e,window.dispatchEvent(t),!t.defaultPrevented)throw e}return r.then(t=>{for(let e of t||[])e.status===`rejected`&&i(e.reason);return e().catch(i)})},C={en:`English`,fr:`Français`,uk:`Українська`},w=m(`en`),T={},E=new Intl.PluralRules(`en`),ee={en:[`one`,`other`],fr:[`one`,`other`],uk:[`one`,`few`,`many`]},te={fr:()=>S(()=>import(`./fr.js`),[],import.meta.url),uk:()=>S(()=>import(`./uk.js`),[],import.meta.url)};async function ne(e){T=e===`en`?{}:(await te[e]()).default,E=new Intl.PluralRules(e),document.documentElement.lang=e,g.write(`language`,e),w.set(e)}function re(){let e=[g.read(`language`),...navigator.languages];for(let t of e){let e=t?.split(`-`)[0];if(e&&e in C)return e}return`en`}function D(){return navigator.languages.find(e=>e.split(`-`)[0]===w.get())??w.get()}function ie(e,t){return t===void 0?e:e.replace(/\{(\w+)\}/g,(e,n)=>String(t[n]??e))}function O(e,t){let n=T[e];return ie(typeof n==`string`?n:e,t)}function k(e,t,n,r){let i={n:ae(e),...r},a=T[n],o=E.select(e);if(!Array.isArray(a))return ie(e===1?t:n,i);let s=a[ee[w.get()].indexOf(o)]??a.at(-1)??n;return ie(e===1||s.includes(`{n}`)||!n.includes(`{n}`)?s:a.at(-1)??n,i)}var ae=(e,t=0)=>new Intl.NumberFormat(D(),{maximumFractionDigits:t,minimumFractionDigits:0}).format(e),oe=e=>new Intl.NumberFormat(D(),{style:`percent`,maximumFractionDigits:0}).format(e);function se(e){return new Intl.DateTimeFormat(D(),{dateStyle:`medium`,timeStyle:`short`}).format(new Date(e))}function ce(e){let t=/^\d{4}-\d\d-\d\d$/.test(e)?new Date(`${e}T12:00:00`):new Date(e);return new Intl.DateTimeFormat(D(),{dateStyle:`medium`}).format(t)}var le=[[`year`,31536e3],[`month`,2592e3],[`day`,86400],[`hour`,3600],[`minute`,60]];function ue(e){let t=(new Date(e).getTime()-Date.now())/1e3,n=new Intl.RelativeTimeFormat(D(),{numeric:`auto`});for(let[e,r]of le)if(Math.abs(t)>=r)return n.format(Math.trunc(t/r),e);return O(t>5?`in a moment`:`just now`)}var de=e=>/(\w+)(\[\d+\])?$/.exec(e??``)?.[1]??``;function fe({reason:e,field:t,message:n}){let r=de(t);switch(e){case`EMPTY`:return O(`This is empty. Fill it in.`);case`OUT_OF_RANGE`:return r===`dueAt`||r===`expiresAt`?O(`This day is past. Choose today or a later day.`):n;case`INVALID_URL`:return O(`This is not a complete address. It begins with http:// or https://, and has no user name or password.`);case`GUESSABLE`:return O(`This password is easy to guess. Choose another, such as several words that have nothing to do with each other.`);case`WRONG_PASSWORD`:return O(`This password is wrong.`);case`INVALID_TOKEN`:return O(`This link is unknown, used, revoked or expired. Ask for a new one.`);case`ALREADY_TAKEN`:return O(`This is already in use. Choose another.`);case`LOOKS_LIKE_ANOTHER_NAME`:return O(`This name looks like that of another member. Choose one that nobody confuses with it.`);case`ALREADY_MEMBER`:return O(`This person is already a member. Change their role instead.`);case`LAST_ADMIN`:return O(`A newsroom keeps at least one admin. Make another member an admin first.`);case`CONTROL_CHARACTER`:case`INVISIBLE_CHARACTER`:return O(`This has an invisible character. Type it instead of pasting it.`);case`TOO_FEW_VERDICTS`:return O(`The claim has too few verdicts. More reviewers must judge it first.`);case`STALE`:return O(`The words changed after they were judged. The reviewers must read them again.`);case`SECOND_READER`:return O(`You judged this claim, so another editor must publish its ruling.`);case`SOURCE_REQUIRED`:return O(`This rating needs a source.`);case`ALREADY_PUBLISHED`:return O(`A ruling on this claim is already published. Correct that one.`);case`RULING_RETRACTED`:return O(`The ruling is retracted, so it cannot change any more.`);case`DISSENT_OUTDATED`:return O(`The text about verdicts that differ is about one that agrees with the new rating, or is withdrawn. Write it again.`);case`NOTHING_CHANGED`:case`UNCHANGED`:return O(`Nothing would change. Change something first.`);case`NOT_A_REVIEWER`:return O(`One of these people may not judge here any more. Choose others.`);case`CLAIM_PUBLISHED`:return O(`A ruling on this claim is published. Retract it first.`);case`CLAIM_JUDGED`:return O(`Somebody has judged this claim, so its words are fixed. Its tags can change.`);case`CLAIM_WITHDRAWN`:return O(`The claim is withdrawn.`);case`ARTICLE_WITHDRAWN`:return O(`The article is withdrawn.`);case`CLAIM_ORPHANED`:return O(`The words of this claim are gone from the article. An editor must put it on other words first.`);case`CLAIM_REPEATED`:return O(`Other claims repeat this one, so it cannot repeat another.`);default:return n}}var A=f(),pe={home:`M3 11 12 4l9 7v9h-6v-6H9v6H3z`,article:`M5 3h14v18H5zM8 8h8M8 12h8M8 16h5`,claim:`M4 7h16M4 12h10M4 17h16`,ruling:`M12 3v18M5 21h14M5 7h14M5 7l-3 7h6zM19 7l-3 7h6z`,desk:`M4 20V10M10 20V4M16 20v-8M22 20H2`,admin:`M12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM19 12l2-1-2-4-2 1-2-1-1-3h-4L9 7 7 8 5 7 3 11l2 1v1l-2 1 2 4 2-1 2 1 1 3h4l1-3 2-1 2 1 2-4-2-1z`,search:`M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16 16l5 5`,person:`M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c0-4 4-6 8-6s8 2 8 6`,close:`M5 5l14 14M19 5 5 19`,back:`M15 5l-7 7 7 7`,next:`M9 5l7 7-7 7`,plus:`M12 5v14M5 12h14`,check:`M5 12l5 5 9-11`,warn:`M12 4 2 20h20zM12 10v5M12 17v1`,link:`M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1`,mark:`M4 20h16M7 15l8-9 3 3-9 8H7z`,talk:`M4 5h16v11H10l-4 4v-4H4z`,more:`M5 12h.01M12 12h.01M19 12h.01`};function me({name:e}){return(0,A.jsx)(`svg`,{className:`icon`,viewBox:`0 0 24 24`,"aria-hidden":`true`,focusable:`false`,children:(0,A.jsx)(`path`,{d:pe[e]??``})})}function he({error:e,retry:t}){return e?(0,A.jsxs)(`div`,{className:`note bad`,role:`alert`,children:[(0,A.jsx)(`p`,{children:ge(e)}),t&&(0,A.jsx)(`button`,{type:`button`,onClick:t,children:O(`Try again`)})]}):null}function ge(e){let t=_e(e);return e.again?`${t} ${O(`This page tries again by itself.`)}`:t}function _e(e){switch(e.code){case`OFFLINE`:return e.again?O(`The server cannot be reached. What you typed is kept.`):O(`The server cannot be reached. What you typed is kept. Try again in a moment.`);case`SERVER_BUSY`:return e.again?O(`The server is busy.`):O(`The server is busy. Try again in a moment.`);case`DEADLINE_EXCEEDED`:return O(`The server is busy. Try again in a moment.`);case`UNAUTHENTICATED`:return O(`Your session has ended. Sign in to go on.`);case`FORBIDDEN`:return`${O(`Your role does not allow this.`)} ${e.message}`;case`NOT_FOUND`:return O(`This does not exist, or you are not a member of its newsroom.`);case`RATE_LIMITED`:return e.again?O(`Too many requests.`):k(e.retryAfter??1,`Too many requests. Wait one second, then try again.`,`Too many requests. Wait {n} seconds, then try again.`);case`CONFLICT`:return O(`Somebody changed this while you worked on it. Look at the new version, then try again.`);default:return fe(e)}}function ve(){return(0,A.jsx)(`p`,{className:`loading`,role:`status`,children:O(`Loading…`)})}function ye({title:e,children:t}){return(0,A.jsxs)(`div`,{className:`empty`,children:[(0,A.jsx)(`p`,{className:`empty-title`,children:e}),t&&(0,A.jsx)(`div`,{children:t})]})}function be({label:e,hint:t,error:n,id:r,children:i}){let a=(0,p.useId)(),o=r??a,s=t||n?`${o}-hint`:void 0;return(0,A.jsxs)(`div`,{className:n?`field wrong`:`field`,children:[(0,A.jsx)(`label`,{htmlFor:o,children:e}),i(o,s),s&&(0,A.jsx)(`p`,{className:n?`hint bad-text`:`hint`,id:s,children:n??t})]})}function xe(e){return(0,A.jsx)(`textarea`,{rows:3,dir:`auto`,...e,className:`growing ${e.className??``}`})}function Se({open:e,onClose:t,title:n,children:r,wide:i}){let a=(0,p.useRef)(null),o=(0,p.useId)();return(0,p.useLayoutEffect)(()=>{let e=a.current;return()=>e?.close()},[]),(0,p.useLayoutEffect)(()=>{let t=a.current;e&&t&&!t.open&&(t.showModal(),t.querySelector(`input, textarea, select`)?.focus()),!e&&t?.open&&t.close()},[e]),(0,A.jsx)(`dialog`,{ref:a,className:i?`dialog wide`:`dialog`,"aria-labelledby":o,onClose:t,onCancel:t,children:e&&(0,A.jsxs)(A.Fragment,{children:[(0,A.jsxs)(`header`,{children:[(0,A.jsx)(`h2`,{id:o,children:n}),(0,A.jsx)(`button`,{type:`button`,className:`plain`,"aria-label":O(`Close`),onClick:t,children:(0,A.jsx)(me,{name:`close`})})]}),r]})})}function Ce({label:e,children:t,text:n}){let r=(0,p.useId)(),i=(0,p.useRef)(null),a=(0,p.useRef)(null),[o,s]=(0,p.useState)(!1),c=()=>{let e=a.current?.getBoundingClientRect(),t=i.current;if(!e||!t)return;t.style.top=`${e.bottom+4}px`;let n=t.offsetWidth||220;t.style.left=`${Math.max(8,Math.min(e.left,window.innerWidth-n-8))}px`};return(0,A.jsxs)(A.Fragment,{children:[(0,A.jsx)(`button`,{ref:a,type:`button`,className:`plain menu-button`,popoverTarget:r,"aria-expanded":o,"aria-label":e,children:n}),(0,A.jsx)(`div`,{id:r,ref:i,popover:`auto`,className:`menu`,onToggle:e=>{let t=e.newState===`open`;s(t),t&&c()},children:t(()=>i.current?.hidePopover())})]})}var we=m([]),Te=0;function Ee(e,t={}){let n={id:++Te,text:e,...t};we.set(e=>[...e.slice(-3),n]),setTimeout(()=>we.set(e=>e.filter(e=>e.id!==n.id)),t.action||t.bad?12e3:5e3)}function De(){let e=h(we);return(0,A.jsx)(`div`,{className:`toasts`,role:`status`,"aria-live":`polite`,children:e.map(e=>(0,A.jsxs)(`div`,{className:e.bad?`toast bad`:`toast`,children:[(0,A.jsx)(`span`,{children:e.text}),e.action&&(0,A.jsx)(`button`,{type:`button`,onClick:()=>{e.action?.run(),we.set(t=>t.filter(t=>t.id!==e.id))},children:e.action.label})]},e.id))})}function Oe({at:e}){return(0,A.jsx)(`time`,{dateTime:e,title:se(e),children:ue(e)})}function ke({rating:e,small:t}){return(0,A.jsxs)(`span`,{className:t?`rating small`:`rating`,style:{"--c":e.colour},children:[(0,A.jsx)(`span`,{className:`swatch`,"aria-hidden":`true`}),(0,A.jsx)(`bdi`,{children:e.label})]})}var Ae=e=>({OPEN:O(`Open`),IN_REVIEW:O(`In review`),READY:O(`Ready`),PUBLISHED:O(`Published`),WITHDRAWN:O(`Withdrawn`)})[e],je=e=>({OPEN:O(`Nobody has judged it yet.`),IN_REVIEW:O(`Somebody has judged it. It needs more verdicts.`),READY:O(`It has enough verdicts. An editor can publish a ruling.`),PUBLISHED:O(`It has a published ruling.`),WITHDRAWN:O(`It is not judged any more.`)})[e],Me=e=>({READER:O(`Reader`),REVIEWER:O(`Reviewer`),EDITOR:O(`Editor`),ADMIN:O(`Admin`)})[e],Ne=e=>({READER:O(`reads articles and rulings`),REVIEWER:O(`marks and judges claims`),EDITOR:O(`imports, assigns and publishes`),ADMIN:O(`manages members and rules`)})[e],Pe=e=>({SUPPORTS:O(`Supports`),REFUTES:O(`Refutes`),CONTEXT:O(`Context`)})[e],Fe=e=>({SUPPORTS:O(`The source says that the claim is true.`),REFUTES:O(`The source says that the claim is not true.`),CONTEXT:O(`The source helps to understand the claim, and decides nothing.`)})[e],Ie=e=>({WEB:O(`Web page`),DOCUMENT:O(`Document`),PRINT:O(`Book or paper in print`),BROADCAST:O(`Radio or television`),INTERVIEW:O(`Interview`),DATASET:O(`Data set`),OTHER:O(`Something else`)})[e];function Le({claim:e}){return(0,A.jsxs)(A.Fragment,{children:[(0,A.jsx)(`span`,{className:`chip state-${e.state}`,title:je(e.state),children:Ae(e.state)}),e.stale&&(0,A.jsx)(`span`,{className:`chip stale`,children:O(`Words changed`)})]})}function Re({claim:e}){let{ruling:t,summary:n}=e;return t&&t.state===`PUBLISHED`?(0,A.jsx)(ke,{rating:t.rating,small:!0}):(0,A.jsxs)(A.Fragment,{children:[n.verdictCounts.map(({rating:e,count:t})=>(0,A.jsxs)(`span`,{className:`counted`,children:[(0,A.jsx)(ke,{rating:e,small:!0}),t>1&&(0,A.jsxs)(`span`,{className:`times`,children:[`×`,t]})]},e.id)),n.hiddenVerdictCount>0&&(0,A.jsx)(`span`,{className:`chip quiet`,children:k(n.hiddenVerdictCount,`one verdict, hidden`,`{n} verdicts, hidden`)}),n.disputed&&(0,A.jsx)(`span`,{className:`chip disputed`,children:O(`Disputed`)})]})}function ze({url:e,children:t}){let n=Be(e);return n?(0,A.jsx)(`a`,{className:`url`,href:n,target:`_blank`,rel:`noopener noreferrer nofollow`,children:t??e}):(0,A.jsx)(`span`,{className:`url`,children:t??e})}function Be(e){try{let t=new URL(e);return t.protocol===`http:`||t.protocol===`https:`?t.href:void 0}catch{return}}function Ve(e){let t=e.target;return e.defaultPrevented||e.isComposing||t?.closest(`input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable], dialog[open]`)!=null}function He(e){let t=(0,p.useRef)(e);t.current=e,(0,p.useEffect)(()=>{let e=e=>{Ve(e)||t.current(e)};return document.addEventListener(`keydown`,e),()=>document.removeEventListener(`keydown`,e)},[])}function Ue(){let[e,t]=(0,p.useState)(!1),[n,r]=(0,p.useState)();return{sending:e,error:n,setError:r,send:async e=>{t(!0),r(void 0);try{await e()}catch(e){r(e)}finally{t(!1)}}}}function We(){let e=document.activeElement;return!e||e===document.body||e.id===`main`}var Ge=0;function Ke(e){(0,p.useEffect)(()=>{if(!e)return;document.title=`${e} · Claimspan`,Ge+=1;let t=document.getElementById(`main`);Ge!==1&&t&&We()&&(t.tabIndex=-1,t.focus({preventScroll:!0}))},[e])}var j={NAME:`Name`,DOCUMENT:`Document`,OPERATION_DEFINITION:`OperationDefinition`,VARIABLE_DEFINITION:`VariableDefinition`,SELECTION_SET:`SelectionSet`,FIELD:`Field`,ARGUMENT:`Argument`,FRAGMENT_SPREAD:`FragmentSpread`,INLINE_FRAGMENT:`InlineFragment`,FRAGMENT_DEFINITION:`FragmentDefinition`,VARIABLE:`Variable`,INT:`IntValue`,FLOAT:`FloatValue`,STRING:`StringValue`,BOOLEAN:`BooleanValue`,NULL:`NullValue`,ENUM:`EnumValue`,LIST:`ListValue`,OBJECT:`ObjectValue`,OBJECT_FIELD:`ObjectField`,DIRECTIVE:`Directive`,NAMED_TYPE:`NamedType`,LIST_TYPE:`ListType`,NON_NULL_TYPE:`NonNullType`},qe=class extends Error{constructor(e,t,n,r,i,a,o){super(e),this.name=`GraphQLError`,this.message=e,i&&(this.path=i),t&&(this.nodes=Array.isArray(t)?t:[t]),n&&(this.source=n),r&&(this.positions=r),a&&(this.originalError=a);var s=o;if(!s&&a){var c=a.extensions;c&&typeof c==`object`&&(s=c)}this.extensions=s||{}}toJSON(){return{...this,message:this.message}}toString(){return this.message}get[Symbol.toStringTag](){return`GraphQLError`}},M,N;function P(e){return new qe(`Syntax Error: Unexpected token at ${N} in ${e}`)}function Je(e){if(e.lastIndex=N,e.test(M))return M.slice(N,N=e.lastIndex)}var Ye=/ +(?=[^\s])/y;function Xe(e){for(var t=e.split(`
`),n=``,r=0,i=0,a=t.length-1,o=0;o<t.length;o++)Ye.lastIndex=0,Ye.test(t[o])&&(o&&(!r||Ye.lastIndex<r)&&(r=Ye.lastIndex),i||=o,a=o);for(var s=i;s<=a;s++)s!==i&&(n+=`
`),n+=t[s].slice(r).replace(/\\"""/g,`"""`);return n}function F(){for(var e=0|M.charCodeAt(N++);e===9||e===10||e===13||e===32||e===35||e===44||e===65279;e=0|M.charCodeAt(N++))if(e===35)for(;(e=0|M.charCodeAt(N++))&&e!==10&&e!==13;);N--}function Ze(){for(var e=N,t=0|M.charCodeAt(N++);t>=48&&t<=57||t>=65&&t<=90||t===95||t>=97&&t<=122;t=0|M.charCodeAt(N++));if(e===N-1)throw P(`Name`);var n=M.slice(e,--N);return F(),n}function I(){return{kind:`Name`,value:Ze()}}var Qe=/(?:"""|(?:[\s\S]*?[^\\])""")/y,$e=/(?:(?:\.\d+)?[eE][+-]?\d+|\.\d+)/y;function et(e){var t;switch(M.charCodeAt(N)){case 91:N++,F();for(var n=[];M.charCodeAt(N)!==93;)n.push(et(e));return N++,F(),{kind:`ListValue`,values:n};case 123:N++,F();for(var r=[];M.charCodeAt(N)!==125;){var i=I();if(M.charCodeAt(N++)!==58)throw P(`ObjectField`);F(),r.push({kind:`ObjectField`,name:i,value:et(e)})}return N++,F(),{kind:`ObjectValue`,fields:r};case 36:if(e)throw P(`Variable`);return N++,{kind:`Variable`,name:I()};case 34:if(M.charCodeAt(N+1)===34&&M.charCodeAt(N+2)===34){if(N+=3,(t=Je(Qe))==null)throw P(`StringValue`);return F(),{kind:`StringValue`,value:Xe(t.slice(0,-3)),block:!0}}var a=N,o;N++;var s=!1;for(o=0|M.charCodeAt(N++);o===92&&(N++,s=!0)||o!==10&&o!==13&&o!==34&&o;o=0|M.charCodeAt(N++));if(o!==34)throw P(`StringValue`);return t=M.slice(a,N),F(),{kind:`StringValue`,value:s?JSON.parse(t):t.slice(1,-1),block:!1};case 45:case 48:case 49:case 50:case 51:case 52:case 53:case 54:case 55:case 56:case 57:for(var c=N++,l;(l=0|M.charCodeAt(N++))>=48&&l<=57;);var u=M.slice(c,--N);if((l=M.charCodeAt(N))===46||l===69||l===101){if((t=Je($e))==null)throw P(`FloatValue`);return F(),{kind:`FloatValue`,value:u+t}}return F(),{kind:`IntValue`,value:u};case 110:if(M.charCodeAt(N+1)===117&&M.charCodeAt(N+2)===108&&M.charCodeAt(N+3)===108)return N+=4,F(),{kind:`NullValue`};break;case 116:if(M.charCodeAt(N+1)===114&&M.charCodeAt(N+2)===117&&M.charCodeAt(N+3)===101)return N+=4,F(),{kind:`BooleanValue`,value:!0};break;case 102:if(M.charCodeAt(N+1)===97&&M.charCodeAt(N+2)===108&&M.charCodeAt(N+3)===115&&M.charCodeAt(N+4)===101)return N+=5,F(),{kind:`BooleanValue`,value:!1}}return{kind:`EnumValue`,value:Ze()}}function tt(e){if(M.charCodeAt(N)===40){var t=[];N++,F();do{var n=I();if(M.charCodeAt(N++)!==58)throw P(`Argument`);F(),t.push({kind:`Argument`,name:n,value:et(e)})}while(M.charCodeAt(N)!==41);return N++,F(),t}}function L(e){if(M.charCodeAt(N)===64){var t=[];do N++,t.push({kind:`Directive`,name:I(),arguments:tt(e)});while(M.charCodeAt(N)===64);return t}}function nt(){for(var e=0;M.charCodeAt(N)===91;)e++,N++,F();var t={kind:`NamedType`,name:I()};do if(M.charCodeAt(N)===33&&(N++,F(),t={kind:`NonNullType`,type:t}),e){if(M.charCodeAt(N++)!==93)throw P(`NamedType`);F(),t={kind:`ListType`,type:t}}while(e--);return t}function rt(){if(M.charCodeAt(N++)!==123)throw P(`SelectionSet`);return F(),it()}function it(){var e=[];do if(M.charCodeAt(N)===46){if(M.charCodeAt(++N)!==46||M.charCodeAt(++N)!==46)throw P(`SelectionSet`);switch(N++,F(),M.charCodeAt(N)){case 64:e.push({kind:`InlineFragment`,typeCondition:void 0,directives:L(!1),selectionSet:rt()});break;case 111:M.charCodeAt(N+1)===110?(N+=2,F(),e.push({kind:`InlineFragment`,typeCondition:{kind:`NamedType`,name:I()},directives:L(!1),selectionSet:rt()})):e.push({kind:`FragmentSpread`,name:I(),directives:L(!1)});break;case 123:N++,F(),e.push({kind:`InlineFragment`,typeCondition:void 0,directives:void 0,selectionSet:it()});break;default:e.push({kind:`FragmentSpread`,name:I(),directives:L(!1)})}}else{var t=I(),n=void 0;M.charCodeAt(N)===58&&(N++,F(),n=t,t=I());var r=tt(!1),i=L(!1),a=void 0;M.charCodeAt(N)===123&&(N++,F(),a=it()),e.push({kind:`Field`,alias:n,name:t,arguments:r,directives:i,selectionSet:a})}while(M.charCodeAt(N)!==125);return N++,F(),{kind:`SelectionSet`,selections:e}}function at(){if(F(),M.charCodeAt(N)===40){var e=[];N++,F();do{var t=void 0;if(M.charCodeAt(N)===34&&(t=et(!0)),M.charCodeAt(N++)!==36)throw P(`Variable`);var n=I();if(M.charCodeAt(N++)!==58)throw P(`VariableDefinition`);F();var r=nt(),i=void 0;M.charCodeAt(N)===61&&(N++,F(),i=et(!0)),F();var a={kind:`VariableDefinition`,variable:{kind:`Variable`,name:n},type:r,defaultValue:i,directives:L(!0)};t&&(a.description=t),e.push(a)}while(M.charCodeAt(N)!==41);return N++,F(),e}}function ot(e){var t=I();if(M.charCodeAt(N++)!==111||M.charCodeAt(N++)!==110)throw P(`FragmentDefinition`);F();var n={kind:`FragmentDefinition`,name:t,typeCondition:{kind:`NamedType`,name:I()},directives:L(!1),selectionSet:rt()};return e&&(n.description=e),n}function st(){var e=[];do{var t=void 0;if(M.charCodeAt(N)===34&&(t=et(!0)),M.charCodeAt(N)===123){if(t)throw P(`Document`);N++,F(),e.push({kind:`OperationDefinition`,operation:`query`,name:void 0,variableDefinitions:void 0,directives:void 0,selectionSet:it()})}else{var n=Ze();switch(n){case`fragment`:e.push(ot(t));break;case`query`:case`mutation`:case`subscription`:var r,i=void 0;(r=M.charCodeAt(N))!==40&&r!==64&&r!==123&&(i=I());var a={kind:`OperationDefinition`,operation:n,name:i,variableDefinitions:at(),directives:L(!1),selectionSet:rt()};t&&(a.description=t),e.push(a);break;default:throw P(`Document`)}}}while(N<M.length);return e}function ct(e,t){return M=e.body?e.body:e,N=0,F(),t&&t.noLocation?{kind:`Document`,definitions:st()}:{kind:`Document`,definitions:st(),loc:{start:0,end:M.length,startToken:void 0,endToken:void 0,source:{body:M,name:`graphql.web`,locationOffset:{line:1,column:1}}}}}function R(e,t,n){for(var r=``,i=0;i<e.length;i++)i&&(r+=t),r+=n(e[i]);return r}function lt(e){return JSON.stringify(e)}function ut(e){return`"""
`+e.replace(/"""/g,`\\"""`)+`
"""`}var z=`
`,B={OperationDefinition(e){var t=``;e.description&&(t+=B.StringValue(e.description)+`
`),t+=e.operation,e.name&&(t+=` `+e.name.value),e.variableDefinitions&&e.variableDefinitions.length&&(e.name||(t+=` `),t+=`(`+R(e.variableDefinitions,`, `,B.VariableDefinition)+`)`),e.directives&&e.directives.length&&(t+=` `+R(e.directives,` `,B.Directive));var n=B.SelectionSet(e.selectionSet);return t===`query`?n:t+` `+n},VariableDefinition(e){var t=``;return e.description&&(t+=B.StringValue(e.description)+` `),t+=B.Variable(e.variable)+`: `+V(e.type),e.defaultValue&&(t+=` = `+V(e.defaultValue)),e.directives&&e.directives.length&&(t+=` `+R(e.directives,` `,B.Directive)),t},Field(e){var t=e.alias?e.alias.value+`: `+e.name.value:e.name.value;if(e.arguments&&e.arguments.length){var n=R(e.arguments,`, `,B.Argument);t.length+n.length+2>80?t+=`(`+(z+=`  `)+R(e.arguments,z,B.Argument)+(z=z.slice(0,-2))+`)`:t+=`(`+n+`)`}return e.directives&&e.directives.length&&(t+=` `+R(e.directives,` `,B.Directive)),e.selectionSet&&e.selectionSet.selections.length&&(t+=` `+B.SelectionSet(e.selectionSet)),t},StringValue(e){return e.block?ut(e.value).replace(/\n/g,z):lt(e.value)},BooleanValue:e=>``+e.value,NullValue:e=>`null`,IntValue:e=>e.value,FloatValue:e=>e.value,EnumValue:e=>e.value,Name:e=>e.value,Variable:e=>`$`+e.name.value,ListValue:e=>`[`+R(e.values,`, `,V)+`]`,ObjectValue:e=>`{`+R(e.fields,`, `,B.ObjectField)+`}`,ObjectField:e=>e.name.value+`: `+V(e.value),Document(e){return!e.definitions||!e.definitions.length?``:R(e.definitions,`

`,V)},SelectionSet:e=>`{`+(z+=`  `)+R(e.selections,z,V)+(z=z.slice(0,-2))+`}`,Argument:e=>e.name.value+`: `+V(e.value),FragmentSpread(e){var t=`...`+e.name.value;return e.directives&&e.directives.length&&(t+=` `+R(e.directives,` `,B.Directive)),t},InlineFragment(e){var t=`...`;return e.typeCondition&&(t+=` on `+e.typeCondition.name.value),e.directives&&e.directives.length&&(t+=` `+R(e.directives,` `,B.Directive)),t+=` `+B.SelectionSet(e.selectionSet)},FragmentDefinition(e){var t=``;return e.description&&(t+=B.StringValue(e.description)+`
`),t+=`fragment `+e.name.value,t+=` on `+e.typeCondition.name.value,e.directives&&e.directives.length&&(t+=` `+R(e.directives,` `,B.Directive)),t+` `+B.SelectionSet(e.selectionSet)},Directive(e){var t=`@`+e.name.value;return e.arguments&&e.arguments.length&&(t+=`(`+R(e.arguments,`, `,B.Argument)+`)`),t},NamedType:e=>e.name.value,ListType:e=>`[`+V(e.type)+`]`,NonNullType:e=>V(e.type)+`!`},V=e=>B[e.kind](e);function dt(e){return z=`
`,B[e.kind]?B[e.kind](e):``}function ft(e,t){switch(e.kind){case`NullValue`:return null;case`IntValue`:return parseInt(e.value,10);case`FloatValue`:return parseFloat(e.value);case`StringValue`:case`EnumValue`:case`BooleanValue`:return e.value;case`ListValue`:for(var n=[],r=0,i=e.values.length;r<i;r++)n.push(ft(e.values[r],t));return n;case`ObjectValue`:for(var a=Object.create(null),o=0,s=e.fields.length;o<s;o++){var c=e.fields[o];a[c.name.value]=ft(c.value,t)}return a;case`Variable`:return t&&t[e.name.value]}}var pt=()=>{},H=pt;function U(e){return{tag:0,0:e}}function mt(e){return{tag:1,0:e}}var ht=()=>typeof Symbol==`function`&&Symbol.asyncIterator||`@@asyncIterator`,gt=e=>e;function W(e){return t=>n=>{var r=H;t((t=>{t===0?n(0):t.tag===0?(r=t[0],n(t)):e(t[0])?n(t):r(0)}))}}function _t(e){return t=>n=>t((t=>{t===0||t.tag===0?n(t):n(mt(e(t[0])))}))}function vt(e){return t=>n=>{var r=[],i=H,a=!1,o=!1;t((t=>{o||(t===0?(o=!0,r.length||n(0)):t.tag===0?i=t[0]:(a=!1,(function(e){var t=H;e((e=>{if(e===0){if(r.length){var s=r.indexOf(t);s>-1&&(r=r.slice()).splice(s,1),r.length||(o?n(0):a||(a=!0,i(0)))}}else e.tag===0?(r.push(t=e[0]),t(0)):r.length&&(n(e),t(0))}))})(e(t[0])),a||(a=!0,i(0))))})),n(U((e=>{if(e===1){o||(o=!0,i(1));for(var t=0,n=r,s=r.length;t<s;t++)n[t](1);r.length=0}else{!o&&!a?(a=!0,i(0)):a=!1;for(var c=0,l=r,u=r.length;c<u;c++)l[c](0)}})))}}function yt(e){return vt(gt)(e)}function bt(e){return yt(Mt(e))}function xt(e){return t=>n=>{var r=!1;t((t=>{if(!r){if(t===0)r=!0,n(0),e();else if(t.tag===0){var i=t[0];n(U((t=>{t===1?(r=!0,i(1),e()):i(t)})))}else n(t)}}))}}function St(e){return t=>n=>{var r=!1;t((t=>{if(!r){if(t===0)r=!0,n(0);else if(t.tag===0){var i=t[0];n(U((e=>{e===1&&(r=!0),i(e)})))}else e(t[0]),n(t)}}))}}function Ct(e){return t=>n=>t((t=>{t===0?n(0):t.tag===0?(n(t),e()):n(t)}))}function wt(e){var t=[],n=H,r=!1;return i=>{t.push(i),t.length===1&&e((e=>{if(e===0){for(var i=0,a=t,o=t.length;i<o;i++)a[i](0);t.length=0}else if(e.tag===0)n=e[0];else{r=!1;for(var s=0,c=t,l=t.length;s<l;s++)c[s](e)}})),i(U((e=>{if(e===1){var a=t.indexOf(i);a>-1&&(t=t.slice()).splice(a,1),t.length||n(1)}else r||(r=!0,n(0))})))}}function Tt(e){return t=>n=>{var r=H,i=H,a=!1,o=!1,s=!1,c=!1;t((t=>{c||(t===0?(c=!0,s||n(0)):t.tag===0?r=t[0]:(s&&(i(1),i=H),a?a=!1:(a=!0,r(0)),(function(e){s=!0,e((e=>{s&&(e===0?(s=!1,c?n(0):a||(a=!0,r(0))):e.tag===0?(o=!1,(i=e[0])(0)):(n(e),o?o=!1:i(0)))}))})(e(t[0]))))})),n(U((e=>{e===1?(c||(c=!0,r(1)),s&&(s=!1,i(1))):(!c&&!a&&(a=!0,r(0)),s&&!o&&(o=!0,i(0)))})))}}function Et(e){return t=>n=>{var r=H,i=!1,a=0;t((t=>{i||(t===0?(i=!0,n(0)):t.tag===0?e<=0?(i=!0,n(0),t[0](1)):r=t[0]:a++<e?(n(t),!i&&a>=e&&(i=!0,n(0),r(1))):n(t))})),n(U((t=>{t===1&&!i?(i=!0,r(1)):t===0&&!i&&a<e&&r(0)})))}}function Dt(e){return t=>n=>{var r=H,i=H,a=!1;t((t=>{a||(t===0?(a=!0,i(1),n(0)):t.tag===0?(r=t[0],e((e=>{e===0||(e.tag===0?(i=e[0])(0):(a=!0,i(1),r(1),n(0)))}))):n(t))})),n(U((e=>{e===1&&!a?(a=!0,r(1),i(1)):a||r(0)})))}}function Ot(e,t){return n=>r=>{var i=H,a=!1;n((n=>{a||(n===0?(a=!0,r(0)):n.tag===0?(i=n[0],r(n)):e(n[0])?r(n):(a=!0,t&&r(n),r(0),i(1)))}))}}function kt(e){return t=>e()(t)}function At(e){return t=>{var n=e[ht()]&&e[ht()]()||e,r=!1,i=!1,a=!1,o;t(U((async e=>{if(e===1)r=!0,n.return&&n.return();else if(i)a=!0;else{for(a=i=!0;a&&!r;)if((o=await n.next()).done)r=!0,n.return&&await n.return(),t(0);else try{a=!1,t(mt(o.value))}catch(e){if(n.throw)(r=!!(await n.throw(e)).done)&&t(0);else throw e}i=!1}})))}}function jt(e){return e[ht()]?At(e):t=>{var n=e[Symbol.iterator](),r=!1,i=!1,a=!1,o;t(U((e=>{if(e===1)r=!0,n.return&&n.return();else if(i)a=!0;else{for(a=i=!0;a&&!r;)if((o=n.next()).done)r=!0,n.return&&n.return(),t(0);else try{a=!1,t(mt(o.value))}catch(e){if(n.throw)(r=!!n.throw(e).done)&&t(0);else throw e}i=!1}})))}}var Mt=jt;function Nt(e){return t=>{var n=!1;t(U((r=>{r===1?n=!0:n||(n=!0,t(mt(e)),t(0))})))}}function Pt(e){return t=>{var n=!1,r=e({next(e){n||t(mt(e))},complete(){n||(n=!0,t(0))}});t(U((e=>{e===1&&!n&&(n=!0,r())})))}}function Ft(){var e,t;return{source:wt(Pt((n=>(e=n.next,t=n.complete,pt)))),next(t){e&&e(t)},complete(){t&&t()}}}var It=e=>{var t=!1;e(U((n=>{n===1?t=!0:t||(t=!0,e(0))})))};function Lt(e){return t=>{var n=H,r=!1;return t((t=>{t===0?r=!0:t.tag===0?(n=t[0])(0):r||(e(t[0]),n(0))})),{unsubscribe(){r||(r=!0,n(1))}}}}function Rt(e){Lt((e=>{}))(e)}function zt(e){return new Promise((t=>{var n=H,r;e((e=>{e===0?Promise.resolve(r).then(t):e.tag===0?(n=e[0])(0):(r=e[0],n(0))}))}))}var Bt=e=>e&&typeof e.message==`string`&&(e.extensions||e.name===`GraphQLError`)?e:typeof e==`object`&&typeof e.message==`string`?new qe(e.message,e.nodes,e.source,e.positions,e.path,e,e.extensions||{}):new qe(e),Vt=class extends Error{constructor(e){var t=(e.graphQLErrors||[]).map(Bt),n=((e,t)=>{var n=``;if(e)return`[Network] ${e.message}`;if(t)for(var r=0,i=t.length;r<i;r++)n&&(n+=`
`),n+=`[GraphQL] ${t[r].message}`;return n})(e.networkError,t);super(n),this.name=`CombinedError`,this.message=n,this.graphQLErrors=t,this.networkError=e.networkError,this.response=e.response}toString(){return this.message}},Ht=(e,t)=>{for(var n=0|(t||5381),r=0,i=0|e.length;r<i;r++)n=(n<<5)+n+e.charCodeAt(r);return n},Ut=new Set,Wt=new WeakMap,Gt=(e,t)=>{if(e===null||Ut.has(e))return`null`;if(typeof e!=`object`)return JSON.stringify(e)||``;if(e.toJSON)return Gt(e.toJSON(),t);if(Array.isArray(e)){for(var n=`[`,r=0,i=e.length;r<i;r++)n.length>1&&(n+=`,`),n+=Gt(e[r],t)||`null`;return n+=`]`}if(!t&&(Yt!==Jt&&e instanceof Yt||Xt!==Jt&&e instanceof Xt))return`null`;var a=Object.keys(e).sort();if(!a.length&&e.constructor&&Object.getPrototypeOf(e).constructor!==Object.prototype.constructor){var o=Wt.get(e)||Math.random().toString(36).slice(2);return Wt.set(e,o),Gt({__key:o},t)}Ut.add(e);for(var s=`{`,c=0,l=a.length;c<l;c++){var u=Gt(e[a[c]],t);u&&(s.length>1&&(s+=`,`),s+=Gt(a[c],t)+`:`+u)}return Ut.delete(e),s+=`}`},Kt=(e,t,n)=>{if(!(typeof n!=`object`||!n||n.toJSON||Ut.has(n))){if(Array.isArray(n))for(var r=0,i=n.length;r<i;r++)Kt(e,`${t}.${r}`,n[r]);else if(n instanceof Yt||n instanceof Xt)e.set(t,n);else for(var a in Ut.add(n),n)Kt(e,`${t}.${a}`,n[a])}},qt=(e,t)=>(Ut.clear(),Gt(e,t||!1)),Jt=class{},Yt=typeof File<`u`?File:Jt,Xt=typeof Blob<`u`?Blob:Jt,Zt=/("{3}[\s\S]*"{3}|"(?:\\.|[^"])*")/g,Qt=/(?:#[^\n\r]+)?(?:[\r\n]+|$)/g,$t=(e,t)=>t%2==0?e.replace(Qt,`
`):e,en=e=>e.split(Zt).map($t).join(``).trim(),tn=new Map,nn=new Map,rn=e=>{var t;return typeof e==`string`?t=en(e):e.loc&&nn.get(e.__key)===e?t=e.loc.source.body:(t=tn.get(e)||en(dt(e)),tn.set(e,t)),typeof e!=`string`&&!e.loc&&(e.loc={start:0,end:t.length,source:{body:t,name:`gql`,locationOffset:{line:1,column:1}}}),t},an=e=>{var t;if(e.documentId)t=Ht(e.documentId);else if(t=Ht(rn(e)),e.definitions){var n=cn(e);n&&(t=Ht(`\n# ${n}`,t))}return t},on=e=>{var t,n;return typeof e==`string`?(t=an(e),n=nn.get(t)||ct(e,{noLocation:!0})):(t=e.__key||an(e),n=nn.get(t)||e),n.loc||rn(n),n.__key=t,nn.set(t,n),n},sn=(e,t,n)=>{var r=t||{},i=on(e),a=qt(r,!0),o=i.__key;return a!==`{}`&&(o=Ht(a,o)),{key:o,query:i,variables:r,extensions:n}},cn=e=>{for(var t=0,n=e.definitions.length;t<n;t++){var r=e.definitions[t];if(r.kind===j.OPERATION_DEFINITION)return r.name?r.name.value:void 0}},ln=(e,t,n)=>{var r=t.payload||t;if(!(`data`in r||`errors`in r&&Array.isArray(r.errors)))throw Error(`No Content`);var i=e.kind===`subscription`;return{operation:e,data:r.data,error:Array.isArray(r.errors)?new Vt({graphQLErrors:r.errors,response:n}):void 0,extensions:r.extensions?{...r.extensions}:void 0,hasNext:t.hasNext==null?i:t.hasNext,stale:!1}},un=(e,t)=>{if(typeof e==`object`&&e){if(Array.isArray(e)){e=[...e];for(var n=0,r=t.length;n<r;n++)e[n]=un(e[n],t[n]);return e}if(!e.constructor||e.constructor===Object){for(var i in e={...e},t)e[i]=un(e[i],t[i]);return e}}return t},dn=(e,t,n,r)=>{var i=e.error?e.error.graphQLErrors:[],a=!!e.extensions||!!(t.payload||t).extensions,o={...e.extensions,...(t.payload||t).extensions},s=t.incremental;`path`in t&&(s=[t]);var c={data:e.data};if(s)for(var l=function(){var e=s[u];Array.isArray(e.errors)&&i.push(...e.errors),e.extensions&&(Object.assign(o,e.extensions),a=!0);var t=`data`,n=c,l=[];if(e.path)l=e.path;else if(r){var d=r.find((t=>t.id===e.id));l=e.subPath?[...d.path,...e.subPath]:d.path}for(var f=0,p=l.length;f<p;t=l[f++])n=n[t]=Array.isArray(n[t])?[...n[t]]:{...n[t]};if(e.items)for(var m=+t>=0?t:0,h=0,g=e.items.length;h<g;h++)n[m+h]=un(n[m+h],e.items[h]);else e.data!==void 0&&(n[t]=un(n[t],e.data))},u=0,d=s.length;u<d;u++)l();else c.data=(t.payload||t).data||e.data,i=t.errors||t.payload&&t.payload.errors||i;return{operation:e.operation,data:c.data,error:i.length?new Vt({graphQLErrors:i,response:n}):void 0,extensions:a?o:void 0,hasNext:t.hasNext==null?e.hasNext:t.hasNext,stale:!1}},fn=(e,t,n)=>({operation:e,data:void 0,error:new Vt({networkError:t,response:n}),extensions:void 0,hasNext:!1,stale:!1});function pn(e){var t={query:void 0,documentId:void 0,operationName:cn(e.query),variables:e.variables||void 0,extensions:e.extensions};return`documentId`in e.query&&e.query.documentId&&(!e.query.definitions||!e.query.definitions.length)?t.documentId=e.query.documentId:e.extensions&&e.extensions.persistedQuery&&!e.extensions.persistedQuery.miss||(t.query=rn(e.query)),t}var mn=(e,t)=>{var n=e.kind===`query`&&e.context.preferGetMethod;if(!n||!t)return e.context.url;var r=hn(e.context.url);for(var i in t){var a=t[i];a&&r[1].set(i,typeof a==`object`?qt(a):a)}var o=r.join(`?`);return o.length>2047&&n!==`force`?(e.context.preferGetMethod=!1,e.context.url):o},hn=e=>{var t=e.indexOf(`?`);return t>-1?[e.slice(0,t),new URLSearchParams(e.slice(t+1))]:[e,new URLSearchParams]},gn=(e,t)=>{if(t&&!(e.kind===`query`&&e.context.preferGetMethod)){var n=qt(t),r=(e=>{var t=new Map;return(Yt!==Jt||Xt!==Jt)&&(Ut.clear(),Kt(t,`variables`,e)),t})(t.variables);if(r.size){var i=new FormData;i.append(`operations`,n),i.append(`map`,qt({...[...r.keys()].map((e=>[e]))}));var a=0;for(var o of r.values())i.append(``+a++,o);return i}return n}},_n=(e,t)=>{var n={accept:e.kind===`subscription`?`text/event-stream, multipart/mixed`:`application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed`},r=(typeof e.context.fetchOptions==`function`?e.context.fetchOptions():e.context.fetchOptions)||{};if(r.headers){if((e=>`has`in e&&!Object.keys(e).length)(r.headers))r.headers.forEach(((e,t)=>{n[t]=e}));else if(Array.isArray(r.headers))r.headers.forEach(((e,t)=>{Array.isArray(e)?n[e[0]]?n[e[0]]=`${n[e[0]]},${e[1]}`:n[e[0]]=e[1]:n[t]=e}));else for(var i in r.headers)n[i.toLowerCase()]=r.headers[i]}var a=gn(e,t);return typeof a==`string`&&!n[`content-type`]&&(n[`content-type`]=`application/json`),{...r,method:a?`POST`:`GET`,body:a,headers:n}},vn=/boundary="?([^=";]+)"?/i,yn=/data: ?([^\n]+)/;async function*bn(e){if(e.body[Symbol.asyncIterator])for await(var t of e.body)yield t;else{var n=e.body.getReader(),r;try{for(;!(r=await n.read()).done;)yield r.value}finally{n.cancel()}}}async function*xn(e,t){var n=typeof TextDecoder<`u`?new TextDecoder:null,r=``,i;for await(var a of e)for(r+=a.constructor.name===`Buffer`?a.toString():n.decode(a,{stream:!0});(i=r.indexOf(t))>-1;)yield r.slice(0,i),r=r.slice(i+t.length)}async function*Sn(e,t,n){var r=!0,i=null,a;try{yield await Promise.resolve();var o=(a=await(e.context.fetch||fetch)(t,n)).headers.get(`Content-Type`)||``,s=/multipart\/mixed/i.test(o)?async function*(e,t){var n=e.match(vn),r=`--`+(n?n[1]:`-`),i=!0,a;for await(var o of xn(bn(t),`\r
`+r)){if(i){i=!1;var s=o.indexOf(r);if(s>-1)o=o.slice(s+r.length);else continue}try{yield a=JSON.parse(o.slice(o.indexOf(`\r
\r
`)+4))}catch(e){if(!a)throw e}if(a&&!1===a.hasNext)break}a&&!1!==a.hasNext&&(yield{hasNext:!1})}(o,a):/text\/event-stream/i.test(o)?async function*(e){var t;for await(var n of xn(bn(e),`

`)){var r=n.match(yn);if(r){var i=r[1];try{yield t=JSON.parse(i)}catch(e){if(!t)throw e}if(t&&!1===t.hasNext)break}}t&&!1!==t.hasNext&&(yield{hasNext:!1})}(a):/text\//i.test(o)?async function*(e){var t=await e.text();try{yield JSON.parse(t)}catch{throw Error(t)}}(a):async function*(e){yield JSON.parse(await e.text())}(a),c;for await(var l of s)l.pending&&!i?c=l.pending:l.pending&&(c=[...c,...l.pending]),i=i?dn(i,l,a,c):ln(e,l,a),r=!1,yield i,r=!0;i||(yield i=ln(e,{},a))}catch(t){if(!r)throw t;yield fn(e,a&&(a.status<200||a.status>=300)&&a.statusText?Error(a.statusText):t,a)}}function Cn(e,t,n){var r;return typeof AbortController<`u`&&(n.signal=(r=new AbortController).signal),xt((()=>{r&&r.abort()}))(W((e=>!!e))(At(Sn(e,t,n))))}var wn=e=>{if(`definitions`in e){for(var t=[],n=0,r=e.definitions.length;n<r;n++){var i=wn(e.definitions[n]);t.push(i)}return{...e,definitions:t}}if(`directives`in e&&e.directives&&e.directives.length){for(var a=[],o={},s=0,c=e.directives.length;s<c;s++){var l=e.directives[s],u=l.name.value;u[0]===`_`?u=u.slice(1):a.push(l),o[u]=l}e={...e,directives:a,_directives:o}}if(`selectionSet`in e){var d=[],f=e.kind===j.OPERATION_DEFINITION;if(e.selectionSet){for(var p=0,m=e.selectionSet.selections.length;p<m;p++){var h=e.selectionSet.selections[p];f||=h.kind===j.FIELD&&h.name.value===`__typename`&&!h.alias;var g=wn(h);d.push(g)}return f||d.push({kind:j.FIELD,name:{kind:j.NAME,value:`__typename`},_generated:!0}),{...e,selectionSet:{...e.selectionSet,selections:d}}}}return e},Tn=new Map,En=e=>{var t=on(e),n=Tn.get(t.__key);return n||(Tn.set(t.__key,n=wn(t)),Object.defineProperty(n,"__key",{value:t.__key,enumerable:!1})),n};function Dn(e){var t=t=>e(t);return t.toPromise=()=>zt(Et(1)(W((e=>!e.stale&&!e.hasNext))(t))),t.then=(e,n)=>t.toPromise().then(e,n),t.subscribe=e=>Lt(e)(t),t}function On(e,t,n){return{...t,kind:e,context:t.context?{...t.context,...n}:n||t.context}}var kn=()=>{},An=({forward:e,dispatchDebug:t})=>t=>bt([vt((e=>{var n=pn(e),r=mn(e,n),i=_n(e,n);return Dt(W((t=>t.kind===`teardown`&&t.key===e.key))(t))(Cn(e,r,i))}))(W((e=>e.kind!==`teardown`&&(e.kind!==`subscription`||!!e.context.fetchSubscriptions)))(t)),e(W((e=>e.kind===`teardown`||e.kind===`subscription`&&!e.context.fetchSubscriptions))(t))]),jn=e=>({client:t,forward:n,dispatchDebug:r})=>e.reduceRight(((e,n)=>n({client:t,forward(t){return wt(e(wt(t)))},dispatchDebug(e){}})),n),Mn=({dispatchDebug:e})=>e=>W((e=>!1))(e),Nn=function e(t){var n=0,r=new Map,i=new Map,a=new Set,o=[],s={url:t.url,fetchSubscriptions:t.fetchSubscriptions,fetchOptions:t.fetchOptions,fetch:t.fetch,preferGetMethod:t.preferGetMethod==null?`within-url-limit`:t.preferGetMethod,requestPolicy:t.requestPolicy||`cache-first`},c=Ft();function l(e){e.kind!==`mutation`&&e.kind!==`teardown`&&a.has(e.key)||(e.kind===`teardown`?a.delete(e.key):e.kind!==`mutation`&&a.add(e.key),c.next(e))}var u=!1;function d(e){if(e&&l(e),!u){for(u=!0;u&&(e=o.shift());)l(e);u=!1}}var f=e=>{var t=Dt(W((t=>t.kind===`teardown`&&t.key===e.key))(c.source))(W((t=>t.operation.kind===e.kind&&t.operation.key===e.key&&(!t.operation.context._instance||t.operation.context._instance===e.context._instance)))(g));return t=e.kind===`query`?Tt((t=>{var n=Nt(t);return t.stale||t.hasNext?n:bt([n,_t((()=>(t.stale=!0,t)))(Et(1)(W((t=>t.key===e.key))(c.source)))])}))(t):Ot((e=>!!e.hasNext),!0)(t),t=e.kind===`mutation`?Ct((()=>{l(e)}))(t):xt((()=>{a.delete(e.key),r.delete(e.key),i.delete(e.key),u=!1;for(var t=o.length-1;t>=0;t--)o[t].key===e.key&&o.splice(t,1);l(On(`teardown`,e,e.context))}))(St((t=>{if(t.stale){if(!t.hasNext)a.delete(e.key);else for(var n=0;n<o.length;n++){var i=o[n];if(i.key===t.operation.key){a.delete(i.key);break}}}else t.hasNext||a.delete(e.key);r.set(e.key,t)}))(t)),wt(t)},p=this instanceof e?this:Object.create(e.prototype),m=Object.assign(p,{suspense:!!t.suspense,operations$:c.source,reexecuteOperation(e){if(e.kind===`teardown`)d(e);else if(e.kind===`mutation`)o.push(e),Promise.resolve().then(d);else if(i.has(e.key)){for(var t=!1,n=0;n<o.length;n++)o[n].key===e.key&&(o[n]=e,t=!0);t||a.has(e.key)&&e.context.requestPolicy!==`network-only`?(a.delete(e.key),Promise.resolve().then(d)):(o.push(e),Promise.resolve().then(d))}},createRequestOperation(e,t,r){return r||={},On(e,t,{_instance:e===`mutation`?n=n+1|0:void 0,...s,...r,requestPolicy:r.requestPolicy||s.requestPolicy,suspense:r.suspense||!1!==r.suspense&&m.suspense})},executeRequestOperation(e){return e.kind===`mutation`?Dn(f(e)):Dn(kt((()=>{var t=i.get(e.key);t||i.set(e.key,t=f(e)),t=Ct((()=>{d(e)}))(t);var n=r.get(e.key);return e.kind===`query`&&n&&(n.stale||n.hasNext)?Tt(Nt)(bt([t,W((t=>t===r.get(e.key)))(Nt(n))])):t})))},executeQuery(e,t){var n=m.createRequestOperation(`query`,e,t);return m.executeRequestOperation(n)},executeSubscription(e,t){var n=m.createRequestOperation(`subscription`,e,t);return m.executeRequestOperation(n)},executeMutation(e,t){var n=m.createRequestOperation(`mutation`,e,t);return m.executeRequestOperation(n)},readQuery(e,t,n){var r=null;return Lt((e=>{r=e}))(m.query(e,t,n)).unsubscribe(),r},query:(e,t,n)=>m.executeQuery(sn(e,t),n),subscription:(e,t,n)=>m.executeSubscription(sn(e,t),n),mutation:(e,t,n)=>m.executeMutation(sn(e,t),n)}),h=kn,g=wt(jn(t.exchanges)({client:m,dispatchDebug:h,forward:Mn({dispatchDebug:h})})(c.source));return Rt(g),m},Pn=`
https://bit.ly/2XbVrpR#`;function Fn(e,t,n){if(!e){var r=t||`Minfied Error #`+n+`
`,i=Error(r+Pn+n);throw i.name=`Graphcache Error`,i}}var In={},Ln=e=>e._directives||In,G=e=>e.name.value,Rn=e=>e.typeCondition.name.value,zn=e=>e.alias?e.alias.value:e.name.value,Bn=[],K=e=>e.selectionSet?e.selectionSet.selections:Bn,Vn=e=>e.typeCondition?e.typeCondition.name.value:null,Hn=(e,t)=>{var n=null;if(e.arguments)for(var r=0,i=e.arguments.length;r<i;r++){var a=e.arguments[r],o=ft(a.value,t);o!=null&&(n||={},n[G(a)]=o)}return n},Un=(e,t)=>{if(t&&e.variableDefinitions){for(var n={},r=0,i=e.variableDefinitions.length;r<i;r++){var a=G(e.variableDefinitions[r].variable);n[a]=t[a]}return n}},Wn=(e,t)=>{var n={};if(!t)return n;if(e.variableDefinitions)for(var r=0,i=e.variableDefinitions.length;r<i;r++){var a=e.variableDefinitions[r],o=G(a.variable);n[o]=t[o]===void 0&&a.defaultValue?ft(a.defaultValue,t):t[o]}for(var s in t)s in n||(n[s]=t[s]);return n};function Gn(e){for(var t=0;t<e.definitions.length;t++)if(e.definitions[t].kind===j.OPERATION_DEFINITION)return e.definitions[t];Fn(!1,``,1)}var Kn=e=>{for(var t={},n=0;n<e.definitions.length;n++){var r=e.definitions[n];r.kind===j.FRAGMENT_DEFINITION&&(t[G(r)]=r)}return t},qn=(e,t)=>{var n=Ln(e);if(n.include||n.skip)for(var r in n){var i=n[r];if(i&&(r===`include`||r===`skip`)&&i.arguments&&i.arguments[0]&&G(i.arguments[0])===`if`){var a=ft(i.arguments[0].value,t);return r===`include`?!!a:!a}}return!0},Jn=(e,t)=>{var{defer:n}=Ln(e);if(n){for(var r of n.arguments||[])if(G(r)===`if`)return!!ft(r.value,t);return!0}return!1},Yn=e=>{var{optional:t,required:n}=Ln(e);if(n)return!1;if(t)return!0},Xn=`__`,Zn=(e,t,n,r)=>{var i=er(e,t,n,r);return!!i&&i.type.kind!==`NON_NULL`},Qn=(e,t,n,r)=>{var i=er(e,t,n,r);if(!i)return!1;var a=i.type.kind===`NON_NULL`?i.type.ofType:i.type;return a.kind===`LIST`&&a.ofType.kind!==`NON_NULL`},$n=(e,t,n)=>{if(!n)return!1;var r=Vn(t);return!r||n===r?!0:e.types.has(r)&&e.types.get(r).kind===`OBJECT`?r===n:((function(e,t){Fn(e.types.has(t)&&(e.types.get(t).kind===`INTERFACE`||e.types.get(t).kind===`UNION`),``,5)})(e,r),tr(e,n),e.isSubType(r,n))},er=(e,t,n,r)=>{if(n.indexOf(Xn)!==0&&t.indexOf(Xn)!==0)return tr(e,t),e.types.get(t).fields()[n]};function tr(e,t){Fn(e.types.has(t)&&e.types.get(t).kind===`OBJECT`,``,3)}var nr=(e,t)=>t?`${e}(${qt(t)})`:e,rr=(e,t)=>`${e}.${t}`,ir=e=>{var t=e.indexOf(`(`);return t>-1?{fieldKey:e,fieldName:e.slice(0,t),arguments:JSON.parse(e.slice(t+1,-1))}:{fieldKey:e,fieldName:e,arguments:null}},ar=e=>{var t=e.indexOf(`.`);return{entityKey:e.slice(0,t).replace(/%2e/g,`.`),fieldKey:e.slice(t+1)}},or=null,sr=null,q=null,J=null,Y=null,X=null,cr=!1,lr=!1;function Z(e,t){var n;if(e){if(or.has(e))return e;n=sr.get(e)}return n??=t?[]:{},e&&sr.set(e,n),or.add(n),n}var ur=e=>!!e&&or.has(e),dr=(e,t,n,r,i)=>{or=new WeakSet,sr=new WeakMap,Y=e,q=t,X=new Set,lr=!!r,cr=!!i,n?Y===`read`?J=n:r||t.hydrating||t.optimisticOrder.length>1?(!r&&!t.commutativeKeys.has(n)?kr(t,n):r&&(t.optimisticOrder.indexOf(n)!==-1&&!t.commutativeKeys.has(n)&&t.optimisticOrder.splice(t.optimisticOrder.indexOf(n),1),t.commutativeKeys.delete(n)),J=n,Ar(t,n)):(J=null,Mr(t,n)):J=null},fr=()=>{var e=q,t=J;if(lr=!1,J=null,!e.hydrating&&t&&e.optimisticOrder.indexOf(t)>-1)for(var n=e.optimisticOrder.length;--n>=0&&e.dirtyKeys.has(e.optimisticOrder[n])&&e.commutativeKeys.has(e.optimisticOrder[n]);)Nr(e.optimisticOrder[n]);or=null,sr=null,Y=null,q=null,X=null,e.defer||!e.storage&&e.optimisticOrder.length||(e.defer=!0,setTimeout((()=>{dr(`read`,e,null),xr(),Fr(),fr(),e.defer=!1})))},pr=(e,t,n)=>{t&&!n&&e.deferredKeys.delete(t),dr(`write`,e,t,n),fr()},mr=new Set,hr=(e,t,n,r)=>{var i=J?e.optimistic.get(J):e.base,a=i.get(t);a===void 0&&i.set(t,a=Object.create(null)),r===void 0&&!J?delete a[n]:a[n]=r},gr=(e,t,n)=>{for(var r,i=!lr&&Y===`read`&&J&&q.commutativeKeys.has(J),a=0,o=q.optimisticOrder.length;a<o;a++){var s=q.optimisticOrder[a],c=e.optimistic.get(s);if(i&&=s!==J,c&&(!i||!q.commutativeKeys.has(s))&&(!lr||Y===`write`||q.commutativeKeys.has(s))&&(r=c.get(t))!==void 0&&n in r)return r[n]}return(r=e.base.get(t))===void 0?void 0:r[n]};function _r(e){return q.refCount.get(e)||0}var vr=(e,t)=>{if(Array.isArray(e))for(var n=0,r=e.length;n<r;n++)vr(e[n],t);else typeof e==`string`&&((e,t)=>{var n=_r(e),r=n+t>0?n+t:0;q.refCount.set(e,r),r?!n&&r&&q.gc.delete(e):q.gc.add(e)})(e,t)},yr=(e,t,n)=>{if(n!==void 0)for(var r in n)t.has(r)||(e.push(ir(r)),t.add(r))},br=(e,t,n,r)=>{yr(e,t,r.base.get(n));for(var i=0,a=q.optimisticOrder.length;i<a;i++){var o=r.optimistic.get(q.optimisticOrder[i]);o!==void 0&&yr(e,t,o.get(n))}},xr=()=>{if(!q.optimisticOrder.length){for(var e of q.gc.keys())if(q.gc.delete(e),!(_r(e)>0)){var t=q.records.base.get(e);q.refCount.delete(e),q.records.base.delete(e);var n=t&&t.__typename;if(n){var r=q.types.get(n);r&&r.delete(e)}var i=q.links.base.get(e);if(i)for(var a in q.links.base.delete(e),i)vr(i[a],-1)}}},Sr=(e,t)=>{e===q.queryRootKey?t!==void 0&&t!==`__typename`&&X.add(rr(e,t)):X.add(e)},Cr=(e,t)=>{!lr&&q.storage&&q.persist.add(((e,t)=>`${e.replace(/\./g,`%2e`)}.${t}`)(e,t))},Q=(e,t)=>(Y===`read`&&Sr(e,t),gr(q.records,e,t)),wr=(e,t)=>(Y===`read`&&Sr(e,t),gr(q.links,e,t)),Tr=(e,t)=>{var n=q.abstractToConcreteMap.get(e);if(n)n.add(t);else{var r=new Set;r.add(t),q.abstractToConcreteMap.set(e,r)}},Er=(e,t,n)=>{Ir(gr(q.records,e,t),n)||(Sr(e,t),Cr(e,t)),hr(q.records,e,t,n)},Dr=(e,t)=>Q(e,t)!==void 0||wr(e,t)!==void 0,Or=(e,t,n)=>{var r=J?q.links.optimistic.get(J):q.links.base;if(!J){var i=r&&r.get(e);vr(i&&i[t],-1),vr(n,1)}Ir(gr(q.links,e,t),n)||(Sr(e,t),Cr(e,t)),hr(q.links,e,t,n)},kr=(e,t,n)=>{var r=e.optimisticOrder.indexOf(t);if(r>-1&&e.optimisticOrder.splice(r,1),n)for(e.deferredKeys.add(t),r=r>-1?r:0;r<e.optimisticOrder.length&&!e.deferredKeys.has(e.optimisticOrder[r])&&(!e.dirtyKeys.has(e.optimisticOrder[r])||!e.commutativeKeys.has(e.optimisticOrder[r]));r++);else e.deferredKeys.delete(t),r>-1&&!e.commutativeKeys.has(t)&&jr(e,t),r=0;e.optimisticOrder.splice(r,0,t),e.commutativeKeys.add(t)},Ar=(e,t)=>{e.optimisticOrder.indexOf(t)===-1&&e.optimisticOrder.unshift(t),e.dirtyKeys.has(t)||(e.dirtyKeys.add(t),e.links.optimistic.set(t,new Map),e.records.optimistic.set(t,new Map))},jr=(e,t)=>{e.dirtyKeys.has(t)&&(e.dirtyKeys.delete(t),e.records.optimistic.delete(t),e.links.optimistic.delete(t),e.deferredKeys.delete(t))},Mr=(e,t)=>{var n=e.optimisticOrder.indexOf(t);n>-1&&(e.optimisticOrder.splice(n,1),e.commutativeKeys.delete(t)),jr(e,t)},Nr=e=>{var t=X;X=new Set,Y=`write`;var n=q.links.optimistic.get(e);if(n)for(var r of n.entries()){var i=r[0],a=r[1];for(var o in a)Or(i,o,a[o])}var s=q.records.optimistic.get(e);if(s)for(var c of s.entries()){var l=c[0],u=c[1];for(var d in u)Er(l,d,u[d])}X=t,Mr(q,e)},Pr=e=>{var{links:t,records:n}=q,r=[],i=new Set;return Sr(e),br(r,i,e,t),br(r,i,e,n),r},Fr=()=>{if(q.storage){lr=!0,Y=`read`;var e={};for(var t of q.persist.keys()){var{entityKey:n,fieldKey:r}=ar(t),i=void 0;e[t]=(i=wr(n,r))===void 0?(i=Q(n,r))===void 0?void 0:qt(i):`:${qt(i)}`}lr=!1,q.storage.writeData(e),q.persist.clear()}};function Ir(e,t){return typeof e!=typeof t||e!==t?!1:Array.isArray(e)&&Array.isArray(t)?e.length===t.length&&!e.some(((e,n)=>e!==t[n])):!0}var Lr=null,Rr=!1,zr=void 0,Br=e=>e.__internal.path.length>0&&e.__internal.errorMap?e.__internal.errorMap[e.__internal.path.join(`.`)]:void 0,Vr=(e,t,n,r,i,a)=>{var o={store:e,variables:t,fragments:n,parent:{__typename:r},parentTypeName:r,parentKey:i,parentFieldKey:``,fieldName:``,error:void 0,partial:!1,hasNext:!1,optimistic:lr,__internal:{path:[],errorMap:void 0}};if(a&&a.graphQLErrors)for(var s=0;s<a.graphQLErrors.length;s++){var c=a.graphQLErrors[s];c.path&&c.path.length&&(o.__internal.errorMap||(o.__internal.errorMap=Object.create(null)),o.__internal.errorMap[c.path.join(`.`)]=c)}return o},Hr=(e,t,n,r,i,a)=>{Lr=e,e.parent=t,e.parentTypeName=n,e.parentKey=r,e.parentFieldKey=i,e.fieldName=a,e.error=Br(e)},Ur=(e,t,n,r,i)=>{if(!t)return!1;var a=Vn(e);return!a||t===a||!K(e).some((e=>e.kind===j.FIELD&&!Dr(n,nr(G(e),Hn(e,r)))))},Wr=class{constructor(e,t,n,r,i,a){this.typename=e,this.entityKey=t,this.ctx=a,this.stack=[{selectionSet:i,index:0,defer:n,optional:r}]}next(){for(;this.stack.length>0;){for(var e=this.stack[this.stack.length-1];e.index<e.selectionSet.length;){var t=e.selectionSet[e.index++];if(qn(t,this.ctx.variables)){if(t.kind!==j.FIELD){var n=t.kind===j.INLINE_FRAGMENT?t:this.ctx.fragments[G(t)];if(n){var r=!n.typeCondition||(this.ctx.store.schema?$n(this.ctx.store.schema,n,this.typename):this.ctx.store.possibleTypeMap?Gr(this.ctx.store.possibleTypeMap,n.typeCondition.name.value,this.typename):Y===`read`&&Kr(n.typeCondition.name.value,this.typename)||Ur(n,this.typename,this.entityKey,this.ctx.variables,this.ctx.store.logger));if(r||Y===`write`&&!this.ctx.store.schema){var i=Yn(t);r&&n.typeCondition&&this.typename!==n.typeCondition.name.value&&Tr(n.typeCondition.name.value,this.typename),this.stack.push(e={selectionSet:K(n),index:0,defer:e.defer||Jn(t,this.ctx.variables),optional:i===void 0?e.optional:i})}}}else if(Y===`write`||!t._generated)return Rr=e.defer,zr=e.optional,t}}this.stack.pop()}}},Gr=(e,t,n)=>{if(!n)return!1;if(t===n)return!0;var r=e.get(t);return r&&r.has(n)},Kr=(e,t)=>{if(!t)return!1;if(e===t)return!0;if((e=>q.types.has(e))(e))return!1;var n=(e=>q.abstractToConcreteMap.get(e)||mr)(e);return n.size&&n.has(t)},qr=e=>e??null,Jr=(e,t)=>{if(!t)return t||null;if(Array.isArray(t)){for(var n=Array(t.length),r=0,i=n.length;r<i;r++)n[r]=Jr(e,t[r]);return n}return e.keyOfEntity(t)},Yr=(e,t,n,r)=>{var i=En(t.query),a=Gn(i),o=e.rootFields[a.operation],s=K(a),c=Vr(e,Wn(a,t.variables),Kn(i),o,o,r),l=o===c.store.rootFields.query?$r(c,o,s,n||Z()):Xr(c,o,s,n||Z());return{dependencies:X,partial:c.partial||!l,hasNext:c.hasNext,data:l||null}},Xr=(e,t,n,r)=>{if(typeof(e.store.rootNames[t]?t:r.__typename)!=`string`)return r;for(var i=new Wr(t,t,!1,void 0,n,e),a,o=cr,s=Z(r);a=i.next();){var c=zn(a),l=r[c];e.__internal.path.push(c);var u=void 0;u=a.selectionSet&&l!==null?Zr(e,K(a),qr(l)):l,o||=u!==l,u!==void 0&&(s[c]=u),e.__internal.path.pop()}return o?s:r},Zr=(e,t,n)=>{if(Array.isArray(n)){for(var r=Array(n.length),i=cr,a=0,o=n.length;a<o;a++)e.__internal.path.push(a),r[a]=Zr(e,t,n[a]),i||=r[a]!==n[a],e.__internal.path.pop();return i?r:n}if(n===null)return null;var s=e.store.keyOfEntity(n);return s===null?Xr(e,n.__typename,t,n):$r(e,s,t,n)||null};function Qr(e,t,n,r){var i=r.store.resolvers[t],a=i&&i[n],o;for(var s in e){var c=e[s];if(c&&s!==`include`&&s!==`skip`&&r.store.directives[s])return o=r.store.directives[s](Hn(c,r.variables)),o}return o||a}var $r=(e,t,n,r,i)=>{var{store:a}=e,o=t===a.rootFields.query,s=i&&a.keyOfEntity(i)||t,c=o?t:Q(s,`__typename`)||i&&i.__typename;if(typeof c==`string`&&!(i&&c!==i.__typename)){for(var l=new Wr(c,s,!1,void 0,n,e),u=!1,d=!1,f=cr,p,m=e.partial,h=Z(r);(p=l.next())!==void 0;){var g=G(p),_=Hn(p,e.variables),v=zn(p),y=Ln(p),b=Qr(y,c,g,e),x=nr(g,_),S=rr(s,x),C=Q(s,x),w=i?i[g]:void 0;e.__internal.path.push(v);var T=void 0;if(g===`__typename`)T=c;else if(w!==void 0&&p.selectionSet===void 0)T=w;else if(Y===`read`&&b){var E=h;if(p.selectionSet===void 0&&C!==void 0&&(E={...h,[v]:C,[g]:C}),Hr(e,E,c,s,x,g),T=b(E,_||{},a,e),p.selectionSet&&(T=ei(e,c,g,S,K(p),h[v]===void 0?r[v]:h[v],T,ur(r))),a.schema&&T===null&&!Zn(a.schema,c,g,e.store.logger))return}else if(!p.selectionSet)T=C;else if(w!==void 0)T=ei(e,c,g,S,K(p),h[v]===void 0?r[v]:h[v],w,ur(r));else{var ee=wr(s,x);ee===void 0?typeof C==`object`&&C&&(T=C):T=ti(e,ee,c,g,K(p),h[v]===void 0?r[v]:h[v],ur(r))}if(!Rr&&T===void 0&&(y.optional||zr&&!y.required||Br(e)||!y.required&&a.schema&&Zn(a.schema,c,g,e.store.logger))?(e.partial=!0,T=null):T===null&&(y.required||!1===zr)?(e.store.logger,T=void 0):u||=g!==`__typename`,e.__internal.path.pop(),f||=T!==r[v],T!==void 0)h[v]=T;else if(Rr)d=!0;else{e.store.logger,e.partial=m;return}}return e.partial=e.partial||m,e.hasNext=e.hasNext||d,o&&e.partial&&!u?void 0:f?h:r}},ei=(e,t,n,r,i,a,o,s)=>{if(Array.isArray(o)){for(var{store:c}=e,l=c.schema?Qn(c.schema,t,n,e.store.logger):!1,u=e.partial,d=Z(a,!0),f=cr||!Array.isArray(a)||o.length!==a.length,p=0,m=o.length;p<m;p++){e.__internal.path.push(p);var h=ei(e,t,n,rr(r,`${p}`),i,a?.[p],o[p],s);if(e.__internal.path.pop(),h===void 0&&!l){e.partial=u;return}e.partial=e.partial||h===void 0&&l,d[p]=h??null,f||=d[p]!==a[p]}return f?d:a}if(o==null)return o;if(s&&a===null)return null;if(ni(o)){var g=a||Z(a);return typeof o==`string`?$r(e,o,i,g):$r(e,r,i,g,o)}},ti=(e,t,n,r,i,a,o)=>{if(Array.isArray(t)){for(var{store:s}=e,c=s.schema?Qn(s.schema,n,r,e.store.logger):!1,l=Z(a,!0),u=e.partial,d=cr||!Array.isArray(a)||t.length!==a.length,f=0,p=t.length;f<p;f++){e.__internal.path.push(f);var m=ti(e,t[f],n,r,i,a?.[f],o);if(e.__internal.path.pop(),m===void 0&&!c){e.partial=u;return}e.partial=e.partial||m===void 0&&c,l[f]=m||null,d||=l[f]!==a[f]}return d?l:a}return t===null||a===null&&o?null:$r(e,t,i,a||Z(a))},ni=e=>typeof e==`string`||typeof e==`object`&&typeof e.__typename==`string`,ri=(e,t,n)=>{for(var r=t?[{fieldKey:nr(t,n)}]:Pr(e),i=0,a=r.length;i<a;i++){var{fieldKey:o}=r[i];wr(e,o)===void 0?Er(e,o,void 0):Or(e,o,void 0)}},ii=(e,t)=>{for(var n of(e=>q.types.get(e)||mr)(e))t.includes(n)||ri(n)},ai=(e,t,n,r)=>{var i=En(t.query),a=Gn(i),o={data:n||Z(),dependencies:X},s=e.rootFields[a.operation];return oi(Vr(e,Wn(a,t.variables),Kn(i),s,s,r),s,K(a),o.data),o},oi=(e,t,n,r)=>{var i=e.store.rootNames[t]||`query`,a=!!e.store.rootNames[t],o=a?t:r.__typename;if(!o&&t&&e.optimistic&&(o=Q(t,`__typename`)),o)!a&&t&&(Er(t,`__typename`,o),((e,t)=>{var n=q.types.get(e);if(n)n.add(t);else{var r=new Set;r.add(t),q.types.set(e,r)}})(o,t));else return;for(var s=e.store.updates[o],c=new Wr(o,t||o,!1,void 0,n,e),l;l=c.next();){var u=G(l),d=Hn(l,e.variables),f=nr(u,d),p=zn(l),m=r[e.optimistic?u:p];if(!(u===`__typename`||m===void 0&&(Rr||e.optimistic&&i===`query`))){e.__internal.path.push(p);var h=void 0;if(e.optimistic&&i===`mutation`){if(!(h=e.store.optimisticMutations[u]))continue}else e.optimistic&&typeof m==`function`&&(h=m);if(h&&(Hr(e,r,o,t||o,f,u),m=qr(h(d||{},e.store,e))),m!==void 0){if(l.selectionSet){if(t&&i===`query`){var g=rr(t,f),_=si(e,K(l),qr(m),g,e.optimistic?wr(t||o,f):void 0);Or(t||o,f,_)}else si(e,K(l),qr(m))}else t&&i===`query`&&Er(t||o,f,m!==null||!Br(e)?m:void 0);var v=s&&s[u];if(v)Hr(e,r,o,t||o,f,u),r[u]=m,v(r,d||{},e.store,e);else if(o===e.store.rootFields.mutation&&!e.optimistic){if(m&&Array.isArray(m))for(var y=m.map((t=>e.store.keyOfEntity(t)||``)),b=0,x=m.length;b<x;b++){var S=y[b];if(S&&m[b].__typename){var C=Q(S,`__typename`),w=_r(S);C&&!w&&ii(m[b].__typename,y)}}else if(m&&typeof m==`object`){var T=e.store.keyOfEntity(m);if(T){var E=Q(T,`__typename`),ee=_r(T);E&&ee||!m.__typename||ii(m.__typename,[T])}}}e.__internal.path.pop()}}}},si=(e,t,n,r,i)=>{if(Array.isArray(n)){for(var a=Array(n.length),o=0,s=n.length;o<s;o++){e.__internal.path.push(o);var c=r?rr(r,`${o}`):void 0,l=si(e,t,n[o],c,i?.[o]);a[o]=l,e.__internal.path.pop()}return a}if(n===null)return Br(e)?void 0:null;var u=e.store.keyOfEntity(n)||(typeof i==`string`?i:null);n.__typename;var d=u||r;return oi(e,d,t,n),d||null},ci=class{constructor(e){e||={},this.logger=e.logger,this.resolvers=e.resolvers||{},this.directives=e.directives||{},this.optimisticMutations=e.optimistic||{},this.keys=e.keys||{},this.globalIDs=Array.isArray(e.globalIDs)?new Set(e.globalIDs):!!e.globalIDs;var t=`Query`,n=`Mutation`,r=`Subscription`;if(e.schema){var i=(({__schema:e})=>{var t=new Map,n=e=>{var t;return()=>{if(!t){t={};for(var n=0;n<e.length;n++)t[e[n].name]=e[n]}return t}},r=e=>{switch(e.kind){case`OBJECT`:case`INTERFACE`:return{name:e.name,kind:e.kind,interfaces:n(e.interfaces||[]),fields:n(e.fields.map((e=>({name:e.name,type:e.type,args:n(e.args)}))))};case`UNION`:return{name:e.name,kind:e.kind,types:n(e.possibleTypes||[])}}},i={query:e.queryType?e.queryType.name:null,mutation:e.mutationType?e.mutationType.name:null,subscription:e.subscriptionType?e.subscriptionType.name:null,types:void 0,isSubType(e,n){var r=t.get(e),i=t.get(n);return!r||!i?!1:r.kind===`UNION`?!!r.types()[n]:r.kind!==`OBJECT`&&i.kind===`OBJECT`?!!i.interfaces()[e]:e===n}};if(e.types){i.types=t;for(var a=0;a<e.types.length;a++){var o=e.types[a];if(o&&o.name){var s=r(o);s&&t.set(o.name,s)}}}return i})(e.schema);t=i.query||t,n=i.mutation||n,r=i.subscription||r,i.types&&(this.schema=i)}if(!this.schema&&e.possibleTypes){this.possibleTypeMap=new Map;for(var a of Object.entries(e.possibleTypes)){var[o,s]=a;this.possibleTypeMap.set(o,new Set(s))}}this.updates=e.updates||{},this.rootFields={query:t,mutation:n,subscription:r},this.rootNames={[t]:`query`,[n]:`mutation`,[r]:`subscription`},this.data=(c=t,{hydrating:!1,defer:!1,gc:new Set,types:new Map,persist:new Set,queryRootKey:c,refCount:new Map,links:{optimistic:new Map,base:new Map},abstractToConcreteMap:new Map,records:{optimistic:new Map,base:new Map},deferredKeys:new Set,commutativeKeys:new Set,dirtyKeys:new Set,optimisticOrder:[],storage:null});var c;this.schema}keyOfField(e,t){return nr(e,t)}keyOfEntity(e){if(Lr&&e===Lr.parent)return Lr.parentKey;if(e==null||typeof e==`string`)return e||null;if(!e.__typename)return null;if(this.rootNames[e.__typename])return e.__typename;var t=null;this.keys[e.__typename]?t=this.keys[e.__typename](e)||null:e.id==null?e._id!=null&&(t=`${e._id}`):t=`${e.id}`;var n=e.__typename;return!0===this.globalIDs||this.globalIDs&&this.globalIDs.has(n)||!t?t:`${n}:${t}`}resolve(e,t,n){var r=this.keyOfEntity(e);if(r){var i=nr(t,n),a=Q(r,i);if(a!==void 0)return a;var o=wr(r,i);return o!==void 0&&(o=Jr(this,o)),o}}invalidate(e,t,n){var r=this.keyOfEntity(e);e&&typeof e==`string`&&!t&&!n&&!this.resolve(e,`__typename`)?ii(e,[]):(Fn(r,``,19),ri(r,t,n))}inspectFields(e){var t=this.keyOfEntity(e);return t?Pr(t):[]}updateQuery(e,t){var n=sn(e.query,e.variables),r=t(this.readQuery(n));r!==null&&ai(this,n,r,void 0)}readQuery(e){var t=sn(e.query,e.variables);return Yr(this,t,void 0,void 0).data}readFragment(e,t,n,r){return((e,t,n,r,i)=>{var a=Kn(t),o;if(i){if(!(o=a[i]))return null}else if(!(o=a[Object.keys(a)[0]]))return null;var s=Rn(o);typeof n!=`string`&&!n.__typename&&(n.__typename=s);var c=e.keyOfEntity(n);return c&&$r(Vr(e,r||{},a,s,c,void 0),c,K(o),Z())||null})(this,En(e),t,n,r)}writeFragment(e,t,n,r){((e,t,n,r,i)=>{var a=Kn(t),o;if(i){if(!(o=a[i]))return null}else if(!(o=a[Object.keys(a)[0]]))return null;var s=Rn(o),c={__typename:s,...n},l=e.keyOfEntity(c);l&&oi(Vr(e,r||{},a,s,l,void 0),l,K(o),c)})(this,En(e),t,n,r)}link(e,t,...n){var r=n.length===2?n[0]:null,i=n.length===2?n[1]:n[0],a=this.keyOfEntity(e);a&&Or(a,nr(t,r),Jr(this,i))}},li=(e,t)=>On(e.kind,e,{...e.context,meta:{...e.context.meta,...t}}),ui=(e,t)=>On(e.kind,e,{...e.context,requestPolicy:t}),di=e=>({forward:t,client:n,dispatchDebug:r})=>{var i=new ci(e);e&&e.storage&&(i.data.hydrating=!0,e.storage.readData().then((t=>{((e,t,n)=>{for(var r in dr(`write`,e,null),n){var i=n[r];if(i!==void 0){var{entityKey:a,fieldKey:o}=ar(r);i[0]===`:`?wr(a,o)===void 0&&Or(a,o,JSON.parse(i.slice(1))):Q(a,o)===void 0&&Er(a,o,JSON.parse(i))}}e.storage=t,e.hydrating=!1,fr()})(i.data,e.storage,t),e.storage.onCacheHydrated&&e.storage.onCacheHydrated()})));var a=new Map,o=[],s=new Map,c=new Map,l=new Set,u=new Set,d=new Set,f=new Set,p=new WeakSet,m=new Map,h=new Set,g=new Set,_=e=>{for(var t of e.values())if(l.has(t))return!0;return!1},v=(e,t)=>{if(t)for(var n of t.values()){var r=m.get(n);if(r)for(var i of r.values())e.add(i)}},y=(e,t,r)=>{for(var i of t.values())if(i!==e.key){var a=s.get(i);if(a){e.kind===`query`&&g.add(i);var o=`cache-first`;u.has(i)&&(u.delete(i),o=`cache-and-network`);var c=ui(a,o);e.kind===`subscription`&&d.has(i)&&p.add(c),n.reexecuteOperation(c)}}if(!r){var l=h;h=g,e.kind===`query`&&h.add(e.key),(g=l).clear()}},b=e=>!p.has(e)||!d.has(e.key)?!1:(f.add(e.key),!0),x=e=>{var t=!1;if(e.kind===`query`)kr(i.data,e.key),s.set(e.key,e),d.add(e.key),f.delete(e.key);else if(e.kind===`teardown`)return s.delete(e.key),c.delete(e.key),h.delete(e.key),d.delete(e.key),f.delete(e.key),pr(i.data,e.key),e;else if(e.kind===`mutation`&&e.context.requestPolicy!==`network-only`){s.set(e.key,e),dr(`write`,i.data,e.key,!0,!1);var{dependencies:n}=ai(i,e,void 0,void 0);if(fr(),n.size){for(var r of n.values())l.add(r);a.set(e.key,n);var o=new Set;v(o,n),y(e,o,!0),t=!0}}return On(e.kind,{key:e.key,query:En(e.query),variables:e.variables?Un(Gn(e.query),e.variables):e.variables},{...e.context,optimistic:t})},S=(e,t)=>{for(var n of t.values()){var r=m.get(n);r||m.set(n,r=new Set),r.add(e.key)}},C=e=>{dr(`read`,i.data,void 0,!1,!1);var t=Yr(i,e,c.get(e.key),void 0);fr();var n=t.data?!t.partial&&!t.hasNext?`hit`:`partial`:`miss`;return c.set(e.key,t.data),s.set(e.key,e),S(e,t.dependencies),{outcome:n,operation:e,data:t.data,dependencies:t.dependencies,hasNext:t.hasNext}},w=(e,t)=>{var n=s.get(e.operation.key)||e.operation;n.kind===`mutation`&&(v(t,a.get(n.key)),a.delete(n.key)),(n.kind===`subscription`||e.hasNext)&&kr(i.data,n.key,!0);var r,o=e.data;if(o){dr(`write`,i.data,n.key,!1,!1);var l=ai(i,n,o,e.error).dependencies;fr(),v(t,l);var u=n.kind===`query`?c.get(n.key):null;dr(`read`,i.data,n.key,!1,u!==o);var d=Yr(i,n,u||o,e.error);fr(),o=d.data,n.kind===`query`&&(v(t,r=d.dependencies),c.set(n.key,o))}else pr(i.data,n.key);return r&&S(e.operation,r),{operation:n,data:o,error:e.error,extensions:e.extensions,hasNext:e.hasNext,stale:e.stale}};return e=>{var r=wt(_t(C)(W((e=>e.kind===`query`&&e.context.requestPolicy!==`network-only`))(e))),c=W((e=>e.kind!==`query`||e.context.requestPolicy===`network-only`))(e),p=_t((e=>li(e.operation,{cacheOutcome:`miss`})))(W((e=>e.outcome===`miss`&&e.operation.context.requestPolicy!==`cache-only`&&!_(e.dependencies)&&!h.has(e.operation.key)&&!b(e.operation)))(r)),m=_t((e=>{var{requestPolicy:t}=e.operation.context,r=t!==`cache-only`&&(e.hasNext||t===`cache-and-network`||t===`cache-first`&&e.outcome===`partial`&&!h.has(e.operation.key)),a=t!==`cache-only`&&(r||d.has(e.operation.key)||e.outcome===`partial`&&h.has(e.operation.key)&&((o=i.data).commutativeKeys.has(c=e.operation.key)||o.optimisticOrder.indexOf(c)>-1)),o,c,l={operation:li(e.operation,{cacheOutcome:e.outcome}),data:e.data,error:e.error,extensions:e.extensions,stale:a&&!e.hasNext,hasNext:r&&e.hasNext};return r&&(_(e.dependencies)?t===`cache-and-network`&&u.add(e.operation.key):b(e.operation)||n.reexecuteOperation(ui(s.get(e.operation.key)||e.operation,`network-only`))),l}))(W((e=>e.outcome!==`miss`||e.operation.context.requestPolicy===`cache-only`))(r)),g=t(_t(x)(bt([c,p])));return bt([_t((e=>{var{key:t}=e.operation,r=!1;e.hasNext||(d.delete(t),r=f.delete(t));var i=new Set,a=w(e,i);return y(e.operation,i,!1),r&&(a.stale=!0,n.reexecuteOperation(ui(s.get(t)||e.operation,`network-only`))),a}))(W((e=>!a.has(e.operation.key)))(g)),vt((e=>{if(o.push(e)<a.size)return It;for(var t=0;t<o.length;t++)kr(i.data,o[t].operation.key);l.clear();for(var n=[],r=new Set,s;s=o.shift();)n.push(w(s,r));return y(e.operation,r,!1),Mt(n)}))(W((e=>a.has(e.operation.key)))(g)),m])}},fi=p.createContext({}),pi=fi.Provider;fi.Consumer,fi.displayName=`UrqlContext`;var mi=()=>p.useContext(fi),hi={fetching:!1,stale:!1,hasNext:!1,error:void 0,data:void 0,extensions:void 0,operation:void 0},gi=(e,t)=>e===t||!(!e||!t||e.key!==t.key),_i=(e,t)=>{var n={...e,...t,data:t.data!==void 0||t.error?t.data:e.data,fetching:!!t.fetching,stale:!!t.stale,error:t.fetching?e.error:t.error};return((e,t)=>{for(var n in e)if(!(n in t))return!0;for(var r in t)if(r===`operation`?!gi(e[r],t[r]):e[r]!==t[r])return!0;return!1})(e,n)?n:e},vi=(e,t)=>{for(var n=0,r=t.length;n<r;n++)if(e[n]!==t[n])return!0;return!1},yi=!1;function bi(e,t){if(!yi||t===void 0)try{return yi=!0,e(t)}finally{yi=!1}else Promise.resolve(t).then(e)}function xi(e,t){var n=p.useRef(void 0);return p.useMemo((()=>{var r=sn(e,t);return n.current!==void 0&&n.current.key===r.key?n.current:(n.current=r,r)}),[e,t])}var Si=e=>{if(!e._react){var t=new Set,n=new Map;e.operations$&&Lt((e=>{e.kind===`teardown`&&t.has(e.key)&&(t.delete(e.key),n.delete(e.key))}))(e.operations$),e._react={get:e=>n.get(e),set(e,r){t.delete(e),n.set(e,r)},clear(e){t.delete(e),n.delete(e)},dispose(e){t.add(e)}}}return e._react},Ci=(e,t)=>t&&t.suspense!==void 0?!!t.suspense:e.suspense;function wi(e){var t=mi(),n=Si(t),r=Ci(t,e.context),i=xi(e.query,e.variables),a=p.useMemo((()=>{if(e.pause)return null;var a=t.executeQuery(i,{requestPolicy:e.requestPolicy,...e.context});return r?St((e=>{n.set(i.key,e)}))(a):a}),[n,t,i,r,e.pause,e.requestPolicy,e.context]),o=p.useCallback(((e,t)=>{if(!e)return{fetching:!1};var r=n.get(i.key);if(!r){var a,o,s=Lt((e=>{r=e,a&&a(r)}))(xt((()=>{o&&!r&&(n.get(i.key)===o&&n.clear(i.key),a&&a(void 0))}))(Ot((()=>t&&!a||!r||`hasNext`in r&&r.hasNext))(e)));if(r==null&&t)throw o=new Promise((e=>{a=e})),n.set(i.key,o),o;s.unsubscribe()}else if(t&&r!=null&&`then`in r){var c=r,l=()=>{n.get(i.key)===c&&n.clear(i.key)};throw c.then(l,l),r}if(t&&r!=null&&!(`then`in r)&&r.error){var u=r;queueMicrotask((()=>{n.get(i.key)===u&&n.clear(i.key)}))}return r||{fetching:!0}}),[n,i]),s=[t,i,e.requestPolicy,e.context,e.pause],[c,l]=p.useState((()=>[a,_i(hi,bi((()=>o(a,r)))),s])),u=c[1];a!==c[0]&&vi(c[2],s)&&l([a,u=_i(c[1],bi((()=>o(a,r)))),s]),p.useEffect((()=>{var e=c[0],t=c[2][1],r=!1,i=e=>{r=!0,bi(l,(t=>{var n=_i(t[1],e);return t[1]===n?t:[t[0],n,t[2]]}))};if(e){var a=Lt(i)(xt((()=>{i({fetching:!1})}))(e));return r||i({fetching:!0}),()=>{n.dispose(t.key),a.unsubscribe()}}i({fetching:!1})}),[n,c[0],c[2][1]]);var d=p.useCallback((a=>{var o={requestPolicy:e.requestPolicy,...e.context,...a};bi(l,(e=>[r?St((e=>{n.set(i.key,e)}))(t.executeQuery(i,o)):t.executeQuery(i,o),e[1],s]))}),[t,n,i,r,e.requestPolicy,e.context,e.pause]);return[u,d]}var Ti=15e3,Ei=(e,t)=>Math.max((t.retryAfter??0)*1e3,Math.min(1e3*2**e,Ti));function Di(e,t,n){let r=(0,p.useRef)(0);(0,p.useEffect)(()=>{if(!t?.passes){r.current=0;return}let e=setTimeout(n,Ei(r.current,t));return r.current+=1,()=>clearTimeout(e)},[e,n])}async function Oi(e,t,n){for(let r=0;t();r+=1)try{let n=await e();return t()?n:void 0}catch(e){let i=e;if(!t()||(n(i.passes?i.triedAgain():i),!i.passes))return;await new Promise(e=>setTimeout(e,Ei(r,i)))}}var ki=class extends Error{code;field;reason;currentVersion;retryAfter;again=!1;constructor(e,t,n,r,i,a){super(e),this.code=t,this.field=n,this.reason=r,this.currentVersion=i,this.retryAfter=a}get offline(){return this.code===`OFFLINE`}get passes(){return this.offline||this.code===`SERVER_BUSY`||this.code===`RATE_LIMITED`}triedAgain(){return this.again=!0,this}};function Ai(e){let t=e.graphQLErrors[0];if(t){let e=t.extensions;return new ki(t.message,ji(e.code)??`UNKNOWN`,ji(e.field),ji(e.reason),Mi(e.currentVersion),Mi(e.retryAfter))}return new ki(e.networkError?.message??e.message,`OFFLINE`)}var ji=e=>typeof e==`string`?e:void 0,Mi=e=>typeof e==`number`?e:void 0,Ni=`/graphql`,Pi={"X-Claimspan-Session":`cookie`},Fi=m(!0),Ii=m(!1),Li=m(0),Ri=()=>Li.set(e=>e+1),zi=`Policy.ClaimSummary.VerdictSummary.RatingCount.Agreement.Assignment.CitedSource.RulingVerdict.RulingCorrection.RulingSubject.RulingArticle.RulingQuote.Readiness.MissingPoint.SimilarClaims.SimilarClaim.SearchConnection.SearchEdge.Snippet.SnippetMatch.Difference.TextRange.AnchorProposal.ClaimAtRevision.ClaimConnection.ArticleConnection.RulingConnection.RevisionConnection.AnchorConnection.MembershipConnection.InvitationConnection.SourceConnection.CommentConnection.CommentRevision.VerdictConnection.VerdictOutcome.Work.ClaimantConnection.Claimant.NewsroomProfile.ApiTokenConnection.TimeToRuling.SummaryGroupConnection.SummaryGroup.ArticlePreview.PreviewSpan.WebhookDelivery.RevisionPreview.PreviewedClaim.AuditEventConnection.AuditEvent.PageInfo.SimilarOutsideReview.MailSettings`.split(`.`),Bi=e=>()=>({credentials:`same-origin`,cache:`no-store`,redirect:`error`,headers:e===void 0?Pi:{...Pi,"Idempotency-Key":e}});function Vi(){return new Nn({url:Ni,preferGetMethod:!1,fetchOptions:Bi(),fetch:Hi,exchanges:[di({keys:Object.fromEntries(zi.map(e=>[e,()=>null])),possibleTypes:{Node:[]}}),An]})}async function Hi(e,t){let n=await Ui(e,t);if(n.status===408)throw TypeError(`HTTP 408`);return n}async function Ui(e,t){try{let n=await fetch(e,t);if(n.status>=502&&n.status<=504)throw TypeError(`HTTP ${n.status}`);return Fi.set(!0),n}catch(e){throw t?.signal?.aborted||Gi(),e}}var Wi=!1;function Gi(){if(Fi.set(!1),Wi)return;Wi=!0;let e=async()=>{await fetch(`/health/live`,{cache:`no-store`}).then(e=>e.ok,()=>!1)?(Wi=!1,Fi.set(!0),Ri()):setTimeout(()=>void e(),2e3)};setTimeout(()=>void e(),1e3)}var Ki=m(Vi());function qi(){Ki.set(Vi())}async function Ji(e,t,{key:n,cached:r=!1}={}){let i=e.toString(),a={requestPolicy:r?`cache-first`:`network-only`,...n===void 0?{}:{fetchOptions:Bi(n)}},o=Ki.get(),s=i.trimStart().startsWith(`mutation`)?await o.mutation(i,t,a).toPromise():await o.query(i,t,a).toPromise();if(s.error){let e=Ai(s.error);throw Xi(e),e}if(s.data===void 0||s.data===null)throw new ki(`The server sent no data.`,`UNKNOWN`);return s.data}async function Yi(e,t){let n=await(await Hi(Ni,{...Bi()(),method:`POST`,headers:{...Pi,"content-type":`application/json`,accept:`application/graphql-response+json`},body:JSON.stringify({query:e.toString().trim(),variables:t})}).catch(e=>{throw new ki(String(e),`OFFLINE`)})).json(),r=n.errors?.[0];if(r||!n.data){let e=new ki(r?.message??`The server sent no data.`,r?.extensions?.code??`UNKNOWN`);throw Xi(e),e}return n.data}function Xi(e){e.code===`UNAUTHENTICATED`&&Ii.set(!0)}var Zi=e=>e.code===`NOT_FOUND`||e.code===`FORBIDDEN`||e.code===`BAD_USER_INPUT`;function Qi(e,t,n={}){let[r,i]=wi({query:e.toString(),variables:t,pause:n.pause??!1,requestPolicy:`cache-and-network`}),a=mi(),o=JSON.stringify(t),s=r.operation!==void 0&&JSON.stringify(r.operation.variables)===o,c=(0,p.useRef)(void 0);r.data&&s&&(c.current={client:a,asked:o,data:r.data});let l=h(Li),u=(0,p.useRef)(l),d=(0,p.useCallback)(()=>i({requestPolicy:`network-only`}),[i]),f=n.pause||n.still;(0,p.useEffect)(()=>{u.current!==l&&(u.current=l,f||d())},[l,f,d]);let m=r.error&&Ai(r.error);(0,p.useEffect)(()=>{m&&Xi(m)}),Di(r.error,n.pause?void 0:m?.passes?m.triedAgain():m,d);let g=c.current?.asked===o&&c.current.client===a&&!(m&&Zi(m)),_=r.data??(g?c.current?.data:void 0);return{data:_,error:_?void 0:m,loading:r.fetching&&!_,isCurrent:s||g&&!r.data,reload:d}}var $i={AccountCreated:`ACCOUNT_CREATED`,AccountErased:`ACCOUNT_ERASED`,ApiTokenCreated:`API_TOKEN_CREATED`,ApiTokenRevoked:`API_TOKEN_REVOKED`,ArticleEdited:`ARTICLE_EDITED`,ArticleImported:`ARTICLE_IMPORTED`,ArticleRestored:`ARTICLE_RESTORED`,ArticleRevised:`ARTICLE_REVISED`,ArticleWithdrawn:`ARTICLE_WITHDRAWN`,ClaimantsMerged:`CLAIMANTS_MERGED`,ClaimantsUnmerged:`CLAIMANTS_UNMERGED`,ClaimAssigned:`CLAIM_ASSIGNED`,ClaimEdited:`CLAIM_EDITED`,ClaimLinked:`CLAIM_LINKED`,ClaimMarked:`CLAIM_MARKED`,ClaimReanchored:`CLAIM_REANCHORED`,ClaimRestored:`CLAIM_RESTORED`,ClaimUnassigned:`CLAIM_UNASSIGNED`,ClaimUnlinked:`CLAIM_UNLINKED`,ClaimWithdrawn:`CLAIM_WITHDRAWN`,CommentAdded:`COMMENT_ADDED`,CommentEdited:`COMMENT_EDITED`,CommentReopened:`COMMENT_REOPENED`,CommentResolved:`COMMENT_RESOLVED`,InvitationAccepted:`INVITATION_ACCEPTED`,InvitationRevoked:`INVITATION_REVOKED`,MailSettingsChanged:`MAIL_SETTINGS_CHANGED`,MemberAdded:`MEMBER_ADDED`,MemberDeactivated:`MEMBER_DEACTIVATED`,MemberInvited:`MEMBER_INVITED`,MemberReactivated:`MEMBER_REACTIVATED`,MemberRemoved:`MEMBER_REMOVED`,NewsroomCreated:`NEWSROOM_CREATED`,NewsroomProfileUpdated:`NEWSROOM_PROFILE_UPDATED`,NewsroomRenamed:`NEWSROOM_RENAMED`,OutsideReviewsImported:`OUTSIDE_REVIEWS_IMPORTED`,OutsideReviewRemoved:`OUTSIDE_REVIEW_REMOVED`,PasswordChanged:`PASSWORD_CHANGED`,PasswordReset:`PASSWORD_RESET`,PasswordResetCreated:`PASSWORD_RESET_CREATED`,PolicySet:`POLICY_SET`,ProfileChanged:`PROFILE_CHANGED`,RatingScaleReplaced:`RATING_SCALE_REPLACED`,RecordBegun:`RECORD_BEGUN`,RoleSet:`ROLE_SET`,RulingCorrected:`RULING_CORRECTED`,RulingPublished:`RULING_PUBLISHED`,SessionEnded:`SESSION_ENDED`,SessionStarted:`SESSION_STARTED`,SigningKeyCreated:`SIGNING_KEY_CREATED`,SigningKeyRotated:`SIGNING_KEY_ROTATED`,SourcesMerged:`SOURCES_MERGED`,SourcesRekeyed:`SOURCES_REKEYED`,SourcesUnmerged:`SOURCES_UNMERGED`,VerdictDraftDiscarded:`VERDICT_DRAFT_DISCARDED`,VerdictDraftSaved:`VERDICT_DRAFT_SAVED`,VerdictReaffirmed:`VERDICT_REAFFIRMED`,VerdictSubmitted:`VERDICT_SUBMITTED`,VerdictWithdrawn:`VERDICT_WITHDRAWN`,WebhookCreated:`WEBHOOK_CREATED`,WebhookDeleted:`WEBHOOK_DELETED`,WebhookDisabled:`WEBHOOK_DISABLED`,WebhookUpdated:`WEBHOOK_UPDATED`},$=class extends String{__apiType;value;__meta__;constructor(e,t){super(e),this.value=e,this.__meta__=t}toString(){return this.value}};new $(`
    fragment Mailed on MailSettings {
  available
  assigned
  due
  stale
  mentioned
  digest
  refusedAt
}
    `,{fragmentName:`Mailed`}),new $(`
    fragment Profile on NewsroomProfile {
  publicUrl
  logoUrl
  contact
  licence
  correctionsPolicyUrl
}
    `,{fragmentName:`Profile`}),new $(`
    fragment Person on Account {
  id
  displayName
}
    `,{fragmentName:`Person`}),new $(`
    fragment Hook on Webhook {
  id
  version
  url
  description
  kinds
  state
  disabledAt
  disabledReason
  failures
  lastNumber
  nextAttemptAt
  waiting
  createdAt
  createdBy {
    ...Person
  }
  deliveries {
    number
    attempt
    attemptedAt
    status
    error
    milliseconds
  }
}
    fragment Person on Account {
  id
  displayName
}`,{fragmentName:`Hook`}),new $(`
    fragment Rated on Rating {
  id
  key
  label
  colour
  rank
  needsSource
  description
}
    `,{fragmentName:`Rated`}),new $(`
    fragment Summed on VerdictSummary {
  articleCount
  claimCount
  judgedClaimCount
  verdictCount
  hiddenVerdictCount
  disputedClaimCount
  staleClaimCount
  sourceCount
  unsourcedVerdictCount
  changedAfterReadingCount
  verdictCounts {
    count
    rating {
      ...Rated
    }
    ratingScale {
      id
      number
    }
  }
  agreement {
    alphaNominal
    alphaOrdinal
    observedAgreement
    raterCount
    unitCount
    leftOut
    undefinedReason
    ordinalUndefinedReason
    ratingScale {
      id
    }
  }
}
    fragment Rated on Rating {
  id
  key
  label
  colour
  rank
  needsSource
  description
}`,{fragmentName:`Summed`}),new $(`
    fragment Counted on VerdictSummary {
  claimCount
  verdictCounts {
    count
    rating {
      ...Rated
    }
  }
}
    fragment Rated on Rating {
  id
  key
  label
  colour
  rank
  needsSource
  description
}`,{fragmentName:`Counted`}),new $(`
    fragment Said on Comment {
  id
  version
  text
  createdAt
  editedAt
  author {
    ...Person
  }
  mentions {
    ...Person
  }
}
    fragment Person on Account {
  id
  displayName
}`,{fragmentName:`Said`}),new $(`
    fragment Thread on Comment {
  ...Said
  resolvedAt
  resolvedBy {
    ...Person
  }
  verdict {
    id
  }
  replies(first: 10) {
    nodes {
      ...Said
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment Said on Comment {
  id
  version
  text
  createdAt
  editedAt
  author {
    ...Person
  }
  mentions {
    ...Person
  }
}
fragment Person on Account {
  id
  displayName
}`,{fragmentName:`Thread`}),new $(`
    fragment ClaimCounts on ClaimSummary {
  verdictCount
  hiddenVerdictCount
  disputed
  sourceCount
  verdictCounts {
    count
    rating {
      ...Rated
    }
  }
}
    fragment Rated on Rating {
  id
  key
  label
  colour
  rank
  needsSource
  description
}`,{fragmentName:`ClaimCounts`}),new $(`
    fragment ClaimCard on Claim {
  id
  version
  wordingVersion
  statement
  claimant
  claimedOn
  state
  stale
  tags
  markedAt
  summary {
    ...ClaimCounts
  }
  ruling {
    id
    state
    rating {
      ...Rated
    }
  }
}
    fragment Rated on Rating {
  id
  key
  label
  colour
  rank
  needsSource
  description
}
fragment ClaimCounts on ClaimSummary {
  verdictCount
  hiddenVerdictCount
  disputed
  sourceCount
  verdictCounts {
    count
    rating {
      ...Rated
    }
  }
}`,{fragmentName:`ClaimCard`}),new $(`
    fragment Place on Anchor {
  id
  start(unit: UTF16)
  end(unit: UTF16)
  exact
  prefix
  suffix
  status
}
    `,{fragmentName:`Place`}),new $(`
    fragment PlacedClaim on Claim {
  ...ClaimCard
  anchors {
    ...Place
  }
}
    fragment Rated on Rating {
  id
  key
  label
  colour
  rank
  needsSource
  description
}
fragment Place on Anchor {
  id
  start(unit: UTF16)
  end(unit: UTF16)
  exact
  prefix
  suffix
  status
}
fragment ClaimCounts on ClaimSummary {
  verdictCount
  hiddenVerdictCount
  disputed
  sourceCount
  verdictCounts {
    count
    rating {
      ...Rated
    }
  }
}
fragment ClaimCard on Claim {
  id
  version
  wordingVersion
  statement
  claimant
  claimedOn
  state
  stale
  tags
  markedAt
  summary {
    ...ClaimCounts
  }
  ruling {
    id
    state
    rating {
      ...Rated
    }
  }
}`,{fragmentName:`PlacedClaim`}),new $(`
    fragment CitedPlainly on CitedSource {
  stance
  quote
  kind
  url
  description
  doi
  isbn
  issn
  archiveUrl
  accessedAt
  question
  answer
  answerType
  title
  publisher
}
    `,{fragmentName:`CitedPlainly`}),new $(`
    fragment Drafted on VerdictDraft {
  id
  version
  claimVersion
  savedAt
  rationale
  rating {
    ...Rated
  }
  citations {
    ...CitedPlainly
  }
}
    fragment Rated on Rating {
  id
  key
  label
  colour
  rank
  needsSource
  description
}
fragment CitedPlainly on CitedSource {
  stance
  quote
  kind
  url
  description
  doi
  isbn
  issn
  archiveUrl
  accessedAt
  question
  answer
  answerType
  title
  publisher
}`,{fragmentName:`Drafted`}),new $(`
    fragment Cited on Citation {
  id
  stance
  quote
  kind
  url
  description
  doi
  isbn
  issn
  archiveUrl
  accessedAt
  question
  answer
  answerType
  source {
    id
    url
    title
    publisher
  }
}
    `,{fragmentName:`Cited`}),new $(`
    fragment Judged on Verdict {
  id
  version
  number
  state
  rating {
    ...Rated
  }
  rationale
  citations {
    ...Cited
  }
  reviewer {
    ...Person
  }
  submittedAt
  stale
  readRevision
  reaffirmedAt
  reaffirmNote
  changedAfterReading
  withdrawnAt
  withdrawnReason
}
    fragment Rated on Rating {
  id
  key
  label
  colour
  rank
  needsSource
  description
}
fragment Person on Account {
  id
  displayName
}
fragment Cited on Citation {
  id
  stance
  quote
  kind
  url
  description
  doi
  isbn
  issn
  archiveUrl
  accessedAt
  question
  answer
  answerType
  source {
    id
    url
    title
    publisher
  }
}`,{fragmentName:`Judged`}),new $(`
    fragment Ruled on Ruling {
  id
  slug
  number
  version
  state
  wordsChanged
  summary
  dissent
  publishedAt
  publishedBy {
    ...Person
  }
  rating {
    ...Rated
  }
  verdicts {
    id
    dissents
    reviewer {
      ...Person
    }
  }
  corrections {
    number
    kind
    reason
    madeAt
    madeBy {
      ...Person
    }
    previousSummary
    previousRating {
      ...Rated
    }
  }
}
    fragment Rated on Rating {
  id
  key
  label
  colour
  rank
  needsSource
  description
}
fragment Person on Account {
  id
  displayName
}`,{fragmentName:`Ruled`}),new $(`
    fragment ClaimDetail on Claim {
  ...PlacedClaim
  markedBy {
    ...Person
  }
  withdrawnAt
  withdrawnReason
  article {
    id
    title
    version
    withdrawnAt
    revision {
      id
      number
    }
  }
  repeats {
    id
    statement
    article {
      id
    }
  }
  assignments {
    assignedAt
    dueAt
    note
    reviewer {
      ...Person
    }
    assignedBy {
      ...Person
    }
  }
  myDraft {
    ...Drafted
  }
  verdicts(includeWithdrawn: true) {
    ...Judged
  }
  ruling {
    ...Ruled
  }
}
    fragment Rated on Rating {
  id
  key
  label
  colour
  rank
  needsSource
  description
}
fragment Person on Account {
  id
  displayName
}
fragment Place on Anchor {
  id
  start(unit: UTF16)
  end(unit: UTF16)
  exact
  prefix
  suffix
  status
}
fragment ClaimCounts on ClaimSummary {
  verdictCount
  hiddenVerdictCount
  disputed
  sourceCount
  verdictCounts {
    count
    rating {
      ...Rated
    }
  }
}
fragment ClaimCard on Claim {
  id
  version
  wordingVersion
  statement
  claimant
  claimedOn
  state
  stale
  tags
  markedAt
  summary {
    ...ClaimCounts
  }
  ruling {
    id
    state
    rating {
      ...Rated
    }
  }
}
fragment PlacedClaim on Claim {
  ...ClaimCard
  anchors {
    ...Place
  }
}
fragment Cited on Citation {
  id
  stance
  quote
  kind
  url
  description
  doi
  isbn
  issn
  archiveUrl
  accessedAt
  question
  answer
  answerType
  source {
    id
    url
    title
    publisher
  }
}
fragment CitedPlainly on CitedSource {
  stance
  quote
  kind
  url
  description
  doi
  isbn
  issn
  archiveUrl
  accessedAt
  question
  answer
  answerType
  title
  publisher
}
fragment Judged on Verdict {
  id
  version
  number
  state
  rating {
    ...Rated
  }
  rationale
  citations {
    ...Cited
  }
  reviewer {
    ...Person
  }
  submittedAt
  stale
  readRevision
  reaffirmedAt
  reaffirmNote
  changedAfterReading
  withdrawnAt
  withdrawnReason
}
fragment Drafted on VerdictDraft {
  id
  version
  claimVersion
  savedAt
  rationale
  rating {
    ...Rated
  }
  citations {
    ...CitedPlainly
  }
}
fragment Ruled on Ruling {
  id
  slug
  number
  version
  state
  wordsChanged
  summary
  dissent
  publishedAt
  publishedBy {
    ...Person
  }
  rating {
    ...Rated
  }
  verdicts {
    id
    dissents
    reviewer {
      ...Person
    }
  }
  corrections {
    number
    kind
    reason
    madeAt
    madeBy {
      ...Person
    }
    previousSummary
    previousRating {
      ...Rated
    }
  }
}`,{fragmentName:`ClaimDetail`}),new $(`
    fragment CheckedElsewhere on OutsideReview {
  id
  url
  by: publisher
  statement
  claimant
  rating
  reviewedOn
}
    `,{fragmentName:`CheckedElsewhere`}),new $(`
    fragment ListedClaim on Claim {
  ...ClaimCard
  article {
    id
    title
    language
  }
  assignments {
    dueAt
    judgedAt
    note
    reviewer {
      ...Person
    }
  }
}
    fragment Rated on Rating {
  id
  key
  label
  colour
  rank
  needsSource
  description
}
fragment Person on Account {
  id
  displayName
}
fragment ClaimCounts on ClaimSummary {
  verdictCount
  hiddenVerdictCount
  disputed
  sourceCount
  verdictCounts {
    count
    rating {
      ...Rated
    }
  }
}
fragment ClaimCard on Claim {
  id
  version
  wordingVersion
  statement
  claimant
  claimedOn
  state
  stale
  tags
  markedAt
  summary {
    ...ClaimCounts
  }
  ruling {
    id
    state
    rating {
      ...Rated
    }
  }
}`,{fragmentName:`ListedClaim`}),new $(`
    fragment WorkList on ClaimConnection {
  totalCount
  nodes {
    ...ListedClaim
  }
}
    fragment Rated on Rating {
  id
  key
  label
  colour
  rank
  needsSource
  description
}
fragment Person on Account {
  id
  displayName
}
fragment ClaimCounts on ClaimSummary {
  verdictCount
  hiddenVerdictCount
  disputed
  sourceCount
  verdictCounts {
    count
    rating {
      ...Rated
    }
  }
}
fragment ClaimCard on Claim {
  id
  version
  wordingVersion
  statement
  claimant
  claimedOn
  state
  stale
  tags
  markedAt
  summary {
    ...ClaimCounts
  }
  ruling {
    id
    state
    rating {
      ...Rated
    }
  }
}
fragment ListedClaim on Claim {
  ...ClaimCard
  article {
    id
    title
    language
  }
  assignments {
    dueAt
    judgedAt
    note
    reviewer {
      ...Person
    }
  }
}`,{fragmentName:`WorkList`}),new $(`
    fragment ListedArticle on Article {
  id
  title
  publisher
  author
  language
  publishedAt
  importedAt
  withdrawnAt
  url
  revision {
    id
    number
  }
  summary {
    claimCount
    judgedClaimCount
    verdictCount
    disputedClaimCount
  }
}
    `,{fragmentName:`ListedArticle`}),new $(`
    fragment ArticleFacts on Article {
  id
  url
  author
  publisher
  language
  publishedAt
  version
  withdrawnAt
  withdrawnReason
  revision {
    id
    number
    createdAt
    length
  }
}
    `,{fragmentName:`ArticleFacts`}),new $(`
    fragment ListedSource on Source {
  id
  kind
  title
  url
  publisher
  description
  doi
  isbn
  issn
  citationCount
}
    `,{fragmentName:`ListedSource`});var ea=new $(`
    query Viewer {
  viewer {
    id
    displayName
    email
    memberships {
      id
      role
      newsroom {
        id
        slug
        name
        policy {
          blindReview
          publicReading
          secondReader
          verdictsRequired
        }
        ratingScale {
          id
          number
          name
          ratings {
            ...Rated
          }
        }
      }
    }
  }
}
    fragment Rated on Rating {
  id
  key
  label
  colour
  rank
  needsSource
  description
}`),ta=new $(`
    query Sessions {
  viewer {
    id
    sessions {
      id
      createdAt
      expiresAt
      lastUsedAt
      userAgent
      current
    }
  }
}
    `),na=new $(`
    mutation SignIn($input: SignInInput!) {
  signIn(input: $input) {
    expiresAt
    account {
      ...Person
    }
  }
}
    fragment Person on Account {
  id
  displayName
}`),ra=new $(`
    mutation SignOut {
  signOut {
    signedOut
  }
}
    `),ia=new $(`
    mutation AcceptInvitation($input: AcceptInvitationInput!) {
  acceptInvitation(input: $input) {
    expiresAt
    account {
      ...Person
    }
  }
}
    fragment Person on Account {
  id
  displayName
}`),aa=new $(`
    mutation ChangePassword($input: ChangePasswordInput!) {
  changePassword(input: $input) {
    sessionsEnded
  }
}
    `),oa=new $(`
    mutation RevokeSession($input: RevokeSessionInput!) {
  revokeSession(input: $input) {
    sessionId
  }
}
    `),sa=new $(`
    mutation UpdateProfile($input: UpdateProfileInput!) {
  updateProfile(input: $input) {
    sessionsEnded
    account {
      id
      displayName
      email
    }
  }
}
    `),ca=new $(`
    mutation SignOutEverywhere {
  signOutEverywhere {
    sessionsEnded
  }
}
    `),la=new $(`
    mutation ResetPassword($input: ResetPasswordInput!) {
  resetPassword(input: $input) {
    sessionsEnded
    apiTokensRevoked
  }
}
    `),ua=new $(`
    query MailSettings {
  viewer {
    id
    mailSettings {
      ...Mailed
    }
  }
}
    fragment Mailed on MailSettings {
  available
  assigned
  due
  stale
  mentioned
  digest
  refusedAt
}`),da=new $(`
    mutation UpdateMailSettings($input: UpdateMailSettingsInput!) {
  updateMailSettings(input: $input) {
    account {
      id
      mailSettings {
        ...Mailed
      }
    }
  }
}
    fragment Mailed on MailSettings {
  available
  assigned
  due
  stale
  mentioned
  digest
  refusedAt
}`),fa=new $(`
    query Members($slug: String!, $after: String) {
  newsroom(slug: $slug) {
    id
    members(first: 100, after: $after) {
      nodes {
        id
        role
        createdAt
        deactivatedAt
        version
        account {
          ...Person
          email
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
}
    fragment Person on Account {
  id
  displayName
}`),pa=new $(`
    query Invitations($slug: String!) {
  newsroom(slug: $slug) {
    id
    invitations(first: 100) {
      nodes {
        id
        email
        role
        createdAt
        expiresAt
        acceptedAt
        revokedAt
        invitedBy {
          ...Person
        }
      }
    }
  }
}
    fragment Person on Account {
  id
  displayName
}`),ma=new $(`
    query Tokens($slug: String!) {
  newsroom(slug: $slug) {
    id
    apiTokens(first: 100) {
      nodes {
        id
        name
        role
        createdAt
        expiresAt
        lastUsedAt
        revokedAt
        account {
          ...Person
        }
      }
    }
  }
}
    fragment Person on Account {
  id
  displayName
}`),ha=new $(`
    query PolicyNow($slug: String!) {
  newsroom(slug: $slug) {
    id
    version
    name
    profile {
      ...Profile
    }
    policy {
      blindReview
      publicReading
      secondReader
      verdictsRequired
    }
    ratingScale {
      id
      number
      name
      ratings {
        ...Rated
      }
    }
  }
}
    fragment Profile on NewsroomProfile {
  publicUrl
  logoUrl
  contact
  licence
  correctionsPolicyUrl
}
fragment Rated on Rating {
  id
  key
  label
  colour
  rank
  needsSource
  description
}`),ga=new $(`
    query AuditLog($slug: String!, $filter: AuditFilter, $last: Int!, $before: String) {
  newsroom(slug: $slug) {
    id
    auditLog(last: $last, before: $before, filter: $filter) {
      totalCount
      nodes {
        number
        at
        kind
        detail
        hash
        previousHash
        actor {
          ...Person
        }
        article {
          id
          title
        }
        claim {
          id
          statement
          article {
            id
          }
        }
      }
      pageInfo {
        hasPreviousPage
        startCursor
      }
    }
  }
}
    fragment Person on Account {
  id
  displayName
}`),_a=new $(`
    mutation InviteMember($input: InviteMemberInput!) {
  inviteMember(input: $input) {
    acceptToken
    invitation {
      id
      email
      role
      expiresAt
    }
  }
}
    `),va=new $(`
    mutation RevokeInvitation($input: RevokeInvitationInput!) {
  revokeInvitation(input: $input) {
    invitation {
      id
      revokedAt
    }
  }
}
    `),ya=new $(`
    mutation SetRole($input: SetRoleInput!) {
  setRole(input: $input) {
    membership {
      id
      role
      version
    }
  }
}
    `),ba=new $(`
    mutation RemoveMember($input: RemoveMemberInput!) {
  removeMember(input: $input) {
    newsroom {
      id
      version
    }
  }
}
    `),xa=new $(`
    mutation CreateApiToken($input: CreateApiTokenInput!) {
  createApiToken(input: $input) {
    secret
    apiToken {
      id
      name
      role
      expiresAt
    }
  }
}
    `),Sa=new $(`
    mutation RevokeApiToken($input: RevokeApiTokenInput!) {
  revokeApiToken(input: $input) {
    apiToken {
      id
      revokedAt
    }
  }
}
    `),Ca=new $(`
    mutation SetPolicy($input: SetPolicyInput!) {
  setPolicy(input: $input) {
    newsroom {
      id
      version
      policy {
        blindReview
        publicReading
        secondReader
        verdictsRequired
      }
    }
  }
}
    `),wa=new $(`
    mutation ReplaceRatingScale($input: ReplaceRatingScaleInput!) {
  replaceRatingScale(input: $input) {
    ratingScale {
      id
      number
      name
      ratings {
        ...Rated
      }
    }
  }
}
    fragment Rated on Rating {
  id
  key
  label
  colour
  rank
  needsSource
  description
}`),Ta=new $(`
    mutation CreatePasswordReset($input: CreatePasswordResetInput!) {
  createPasswordReset(input: $input) {
    resetToken
    expiresAt
  }
}
    `),Ea=new $(`
    mutation DeactivateMember($input: DeactivateMemberInput!) {
  deactivateMember(input: $input) {
    membership {
      id
      version
      deactivatedAt
    }
  }
}
    `),Da=new $(`
    mutation ReactivateMember($input: ReactivateMemberInput!) {
  reactivateMember(input: $input) {
    membership {
      id
      version
      deactivatedAt
    }
  }
}
    `),Oa=new $(`
    mutation RenameNewsroom($input: RenameNewsroomInput!) {
  renameNewsroom(input: $input) {
    newsroom {
      id
      name
      version
    }
  }
}
    `),ka=new $(`
    mutation UpdateNewsroomProfile($input: UpdateNewsroomProfileInput!) {
  updateNewsroomProfile(input: $input) {
    newsroom {
      id
      version
      profile {
        ...Profile
      }
    }
  }
}
    fragment Profile on NewsroomProfile {
  publicUrl
  logoUrl
  contact
  licence
  correctionsPolicyUrl
}`),Aa=new $(`
    query Webhooks($slug: String!) {
  newsroom(slug: $slug) {
    id
    webhooks {
      ...Hook
    }
  }
}
    fragment Hook on Webhook {
  id
  version
  url
  description
  kinds
  state
  disabledAt
  disabledReason
  failures
  lastNumber
  nextAttemptAt
  waiting
  createdAt
  createdBy {
    ...Person
  }
  deliveries {
    number
    attempt
    attemptedAt
    status
    error
    milliseconds
  }
}
fragment Person on Account {
  id
  displayName
}`),ja=new $(`
    mutation CreateWebhook($input: CreateWebhookInput!) {
  createWebhook(input: $input) {
    secret
    webhook {
      ...Hook
    }
  }
}
    fragment Hook on Webhook {
  id
  version
  url
  description
  kinds
  state
  disabledAt
  disabledReason
  failures
  lastNumber
  nextAttemptAt
  waiting
  createdAt
  createdBy {
    ...Person
  }
  deliveries {
    number
    attempt
    attemptedAt
    status
    error
    milliseconds
  }
}
fragment Person on Account {
  id
  displayName
}`),Ma=new $(`
    mutation UpdateWebhook($input: UpdateWebhookInput!) {
  updateWebhook(input: $input) {
    secret
    webhook {
      ...Hook
    }
  }
}
    fragment Hook on Webhook {
  id
  version
  url
  description
  kinds
  state
  disabledAt
  disabledReason
  failures
  lastNumber
  nextAttemptAt
  waiting
  createdAt
  createdBy {
    ...Person
  }
  deliveries {
    number
    attempt
    attemptedAt
    status
    error
    milliseconds
  }
}
fragment Person on Account {
  id
  displayName
}`),Na=new $(`
    mutation DeleteWebhook($input: DeleteWebhookInput!) {
  deleteWebhook(input: $input) {
    webhookId
  }
}
    `),Pa=new $(`
    mutation SendWebhookEvent($input: SendWebhookEventInput!) {
  sendWebhookEvent(input: $input) {
    webhook {
      ...Hook
    }
  }
}
    fragment Hook on Webhook {
  id
  version
  url
  description
  kinds
  state
  disabledAt
  disabledReason
  failures
  lastNumber
  nextAttemptAt
  waiting
  createdAt
  createdBy {
    ...Person
  }
  deliveries {
    number
    attempt
    attemptedAt
    status
    error
    milliseconds
  }
}
fragment Person on Account {
  id
  displayName
}`),Fa=new $(`
    query DeskSummary($slug: String!, $since: DateTime, $until: DateTime, $tag: String, $claimant: String) {
  newsroom(slug: $slug) {
    id
    summary(since: $since, until: $until, tag: $tag, claimant: $claimant) {
      ...Summed
    }
  }
}
    fragment Summed on VerdictSummary {
  articleCount
  claimCount
  judgedClaimCount
  verdictCount
  hiddenVerdictCount
  disputedClaimCount
  staleClaimCount
  sourceCount
  unsourcedVerdictCount
  changedAfterReadingCount
  verdictCounts {
    count
    rating {
      ...Rated
    }
    ratingScale {
      id
      number
    }
  }
  agreement {
    alphaNominal
    alphaOrdinal
    observedAgreement
    raterCount
    unitCount
    leftOut
    undefinedReason
    ordinalUndefinedReason
    ratingScale {
      id
    }
  }
}
fragment Rated on Rating {
  id
  key
  label
  colour
  rank
  needsSource
  description
}`),Ia=new $(`
    query DeskPeriods($slug: String!, $groupBy: SummaryGrouping!, $first: Int!, $since: DateTime, $until: DateTime) {
  newsroom(slug: $slug) {
    id
    summaries(groupBy: $groupBy, first: $first, since: $since, until: $until) {
      nodes {
        since
        until
        summary {
          ...Counted
        }
      }
    }
  }
}
    fragment Counted on VerdictSummary {
  claimCount
  verdictCounts {
    count
    rating {
      ...Rated
    }
  }
}
fragment Rated on Rating {
  id
  key
  label
  colour
  rank
  needsSource
  description
}`),La=new $(`
    query DeskStretches($slug: String!, $tag: String, $claimant: String, $t0: DateTime!, $t1: DateTime!, $t2: DateTime!, $t3: DateTime!, $t4: DateTime!, $t5: DateTime!, $t6: DateTime!, $t7: DateTime!, $t8: DateTime!) {
  newsroom(slug: $slug) {
    id
    p0: summary(since: $t0, until: $t1, tag: $tag, claimant: $claimant) {
      ...Counted
    }
    p1: summary(since: $t1, until: $t2, tag: $tag, claimant: $claimant) {
      ...Counted
    }
    p2: summary(since: $t2, until: $t3, tag: $tag, claimant: $claimant) {
      ...Counted
    }
    p3: summary(since: $t3, until: $t4, tag: $tag, claimant: $claimant) {
      ...Counted
    }
    p4: summary(since: $t4, until: $t5, tag: $tag, claimant: $claimant) {
      ...Counted
    }
    p5: summary(since: $t5, until: $t6, tag: $tag, claimant: $claimant) {
      ...Counted
    }
    p6: summary(since: $t6, until: $t7, tag: $tag, claimant: $claimant) {
      ...Counted
    }
    p7: summary(since: $t7, until: $t8, tag: $tag, claimant: $claimant) {
      ...Counted
    }
  }
}
    fragment Counted on VerdictSummary {
  claimCount
  verdictCounts {
    count
    rating {
      ...Rated
    }
  }
}
fragment Rated on Rating {
  id
  key
  label
  colour
  rank
  needsSource
  description
}`),Ra=new $(`
    query DeskStates($slug: String!, $open: ClaimFilter!, $inReview: ClaimFilter!, $ready: ClaimFilter!, $published: ClaimFilter!) {
  newsroom(slug: $slug) {
    id
    open: claims(first: 0, filter: $open) {
      totalCount
    }
    inReview: claims(first: 0, filter: $inReview) {
      totalCount
    }
    ready: claims(first: 0, filter: $ready) {
      totalCount
    }
    published: claims(first: 0, filter: $published) {
      totalCount
    }
  }
}
    `),za=new $(`
    query DeskReviewers($slug: String!, $first: Int!) {
  newsroom(slug: $slug) {
    id
    summaries(groupBy: REVIEWER, first: $first) {
      nodes {
        reviewer {
          ...Person
        }
        summary {
          judgedClaimCount
        }
      }
    }
  }
}
    fragment Person on Account {
  id
  displayName
}`),Ba=new $(`
    query DeskWaiting($slug: String!, $waiting0: ClaimFilter!, $overdue0: ClaimFilter!, $waiting1: ClaimFilter!, $overdue1: ClaimFilter!, $waiting2: ClaimFilter!, $overdue2: ClaimFilter!, $waiting3: ClaimFilter!, $overdue3: ClaimFilter!, $waiting4: ClaimFilter!, $overdue4: ClaimFilter!, $waiting5: ClaimFilter!, $overdue5: ClaimFilter!, $waiting6: ClaimFilter!, $overdue6: ClaimFilter!, $waiting7: ClaimFilter!, $overdue7: ClaimFilter!) {
  newsroom(slug: $slug) {
    id
    waiting0: claims(first: 0, filter: $waiting0) {
      totalCount
    }
    overdue0: claims(first: 0, filter: $overdue0) {
      totalCount
    }
    waiting1: claims(first: 0, filter: $waiting1) {
      totalCount
    }
    overdue1: claims(first: 0, filter: $overdue1) {
      totalCount
    }
    waiting2: claims(first: 0, filter: $waiting2) {
      totalCount
    }
    overdue2: claims(first: 0, filter: $overdue2) {
      totalCount
    }
    waiting3: claims(first: 0, filter: $waiting3) {
      totalCount
    }
    overdue3: claims(first: 0, filter: $overdue3) {
      totalCount
    }
    waiting4: claims(first: 0, filter: $waiting4) {
      totalCount
    }
    overdue4: claims(first: 0, filter: $overdue4) {
      totalCount
    }
    waiting5: claims(first: 0, filter: $waiting5) {
      totalCount
    }
    overdue5: claims(first: 0, filter: $overdue5) {
      totalCount
    }
    waiting6: claims(first: 0, filter: $waiting6) {
      totalCount
    }
    overdue6: claims(first: 0, filter: $overdue6) {
      totalCount
    }
    waiting7: claims(first: 0, filter: $waiting7) {
      totalCount
    }
    overdue7: claims(first: 0, filter: $overdue7) {
      totalCount
    }
  }
}
    `),Va=new $(`
    query DeskTime($slug: String!, $all: RulingFilter!, $day: RulingFilter!, $days: RulingFilter!, $week: RulingFilter!, $month: RulingFilter!, $later: RulingFilter!) {
  newsroom(slug: $slug) {
    id
    timeToRuling(filter: $all) {
      count
      lowerQuartile
      median
      upperQuartile
    }
  }
  day: publishedRulings(slug: $slug, first: 0, filter: $day) {
    totalCount
  }
  days: publishedRulings(slug: $slug, first: 0, filter: $days) {
    totalCount
  }
  week: publishedRulings(slug: $slug, first: 0, filter: $week) {
    totalCount
  }
  month: publishedRulings(slug: $slug, first: 0, filter: $month) {
    totalCount
  }
  later: publishedRulings(slug: $slug, first: 0, filter: $later) {
    totalCount
  }
}
    `),Ha=new $(`
    query OverdueClaims($slug: String!, $filter: ClaimFilter!, $first: Int!) {
  newsroom(slug: $slug) {
    id
    claims(first: $first, filter: $filter, order: OLDEST_FIRST) {
      ...WorkList
    }
  }
}
    fragment Rated on Rating {
  id
  key
  label
  colour
  rank
  needsSource
  description
}
fragment Person on Account {
  id
  displayName
}
fragment ClaimCounts on ClaimSummary {
  verdictCount
  hiddenVerdictCount
  disputed
  sourceCount
  verdictCounts {
    count
    rating {
      ...Rated
    }
  }
}
fragment ClaimCard on Claim {
  id
  version
  wordingVersion
  statement
  claimant
  claimedOn
  state
  stale
  tags
  markedAt
  summary {
    ...ClaimCounts
  }
  ruling {
    id
    state
    rating {
      ...Rated
    }
  }
}
fragment ListedClaim on Claim {
  ...ClaimCard
  article {
    id
    title
    language
  }
  assignments {
    dueAt
    judgedAt
    note
    reviewer {
      ...Person
    }
  }
}
fragment WorkList on ClaimConnection {
  totalCount
  nodes {
    ...ListedClaim
  }
}`),Ua=new $(`
    query Rulings($slug: String!, $filter: RulingFilter, $first: Int!, $after: String) {
  publishedRulings(slug: $slug, first: $first, after: $after, filter: $filter) {
    totalCount
    nodes {
      id
      state
      summary
      publishedAt
      rating {
        ...Rated
      }
      corrections {
        number
        kind
      }
      claim {
        id
        statement
        claimant
        markedAt
        article {
          id
          title
        }
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment Rated on Rating {
  id
  key
  label
  colour
  rank
  needsSource
  description
}`),Wa=new $(`
    query Discussion($id: ID!, $after: String) {
  node(id: $id) {
    __typename
    ... on Claim {
      id
      comments(first: 20, after: $after) {
        nodes {
          ...Thread
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
}
    fragment Said on Comment {
  id
  version
  text
  createdAt
  editedAt
  author {
    ...Person
  }
  mentions {
    ...Person
  }
}
fragment Thread on Comment {
  ...Said
  resolvedAt
  resolvedBy {
    ...Person
  }
  verdict {
    id
  }
  replies(first: 10) {
    nodes {
      ...Said
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
fragment Person on Account {
  id
  displayName
}`),Ga=new $(`
    query MoreReplies($id: ID!, $after: String) {
  node(id: $id) {
    __typename
    ... on Comment {
      id
      replies(first: 100, after: $after) {
        nodes {
          ...Said
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
}
    fragment Said on Comment {
  id
  version
  text
  createdAt
  editedAt
  author {
    ...Person
  }
  mentions {
    ...Person
  }
}
fragment Person on Account {
  id
  displayName
}`),Ka=new $(`
    query EarlierTexts($id: ID!) {
  node(id: $id) {
    __typename
    ... on Comment {
      id
      earlierTexts {
        number
        text
        writtenAt
      }
    }
  }
}
    `),qa=new $(`
    mutation AddComment($input: AddCommentInput!) {
  addComment(input: $input) {
    comment {
      ...Said
    }
  }
}
    fragment Said on Comment {
  id
  version
  text
  createdAt
  editedAt
  author {
    ...Person
  }
  mentions {
    ...Person
  }
}
fragment Person on Account {
  id
  displayName
}`),Ja=new $(`
    mutation EditComment($input: EditCommentInput!) {
  editComment(input: $input) {
    comment {
      ...Said
    }
  }
}
    fragment Said on Comment {
  id
  version
  text
  createdAt
  editedAt
  author {
    ...Person
  }
  mentions {
    ...Person
  }
}
fragment Person on Account {
  id
  displayName
}`),Ya=new $(`
    mutation ResolveComment($input: ResolveCommentInput!) {
  resolveComment(input: $input) {
    comment {
      id
      version
      resolvedAt
      resolvedBy {
        ...Person
      }
    }
  }
}
    fragment Person on Account {
  id
  displayName
}`),Xa=new $(`
    mutation SubmitVerdict($input: SubmitVerdictInput!) {
  submitVerdict(input: $input) {
    claim {
      ...ClaimDetail
    }
    verdict {
      ...Judged
    }
  }
}
    fragment Rated on Rating {
  id
  key
  label
  colour
  rank
  needsSource
  description
}
fragment Person on Account {
  id
  displayName
}
fragment Place on Anchor {
  id
  start(unit: UTF16)
  end(unit: UTF16)
  exact
  prefix
  suffix
  status
}
fragment ClaimCounts on ClaimSummary {
  verdictCount
  hiddenVerdictCount
  disputed
  sourceCount
  verdictCounts {
    count
    rating {
      ...Rated
    }
  }
}
fragment ClaimCard on Claim {
  id
  version
  wordingVersion
  statement
  claimant
  claimedOn
  state
  stale
  tags
  markedAt
  summary {
    ...ClaimCounts
  }
  ruling {
    id
    state
    rating {
      ...Rated
    }
  }
}
fragment PlacedClaim on Claim {
  ...ClaimCard
  anchors {
    ...Place
  }
}
fragment Cited on Citation {
  id
  stance
  quote
  kind
  url
  description
  doi
  isbn
  issn
  archiveUrl
  accessedAt
  question
  answer
  answerType
  source {
    id
    url
    title
    publisher
  }
}
fragment CitedPlainly on CitedSource {
  stance
  quote
  kind
  url
  description
  doi
  isbn
  issn
  archiveUrl
  accessedAt
  question
  answer
  answerType
  title
  publisher
}
fragment Judged on Verdict {
  id
  version
  number
  state
  rating {
    ...Rated
  }
  rationale
  citations {
    ...Cited
  }
  reviewer {
    ...Person
  }
  submittedAt
  stale
  readRevision
  reaffirmedAt
  reaffirmNote
  changedAfterReading
  withdrawnAt
  withdrawnReason
}
fragment Drafted on VerdictDraft {
  id
  version
  claimVersion
  savedAt
  rationale
  rating {
    ...Rated
  }
  citations {
    ...CitedPlainly
  }
}
fragment Ruled on Ruling {
  id
  slug
  number
  version
  state
  wordsChanged
  summary
  dissent
  publishedAt
  publishedBy {
    ...Person
  }
  rating {
    ...Rated
  }
  verdicts {
    id
    dissents
    reviewer {
      ...Person
    }
  }
  corrections {
    number
    kind
    reason
    madeAt
    madeBy {
      ...Person
    }
    previousSummary
    previousRating {
      ...Rated
    }
  }
}
fragment ClaimDetail on Claim {
  ...PlacedClaim
  markedBy {
    ...Person
  }
  withdrawnAt
  withdrawnReason
  article {
    id
    title
    version
    withdrawnAt
    revision {
      id
      number
    }
  }
  repeats {
    id
    statement
    article {
      id
    }
  }
  assignments {
    assignedAt
    dueAt
    note
    reviewer {
      ...Person
    }
    assignedBy {
      ...Person
    }
  }
  myDraft {
    ...Drafted
  }
  verdicts(includeWithdrawn: true) {
    ...Judged
  }
  ruling {
    ...Ruled
  }
}`),Za=new $(`
    mutation SaveVerdictDraft($input: SaveVerdictDraftInput!) {
  saveVerdictDraft(input: $input) {
    verdict {
      ...Drafted
      claim {
        id
        version
      }
    }
  }
}
    fragment Rated on Rating {
  id
  key
  label
  colour
  rank
  needsSource
  description
}
fragment CitedPlainly on CitedSource {
  stance
  quote
  kind
  url
  description
  doi
  isbn
  issn
  archiveUrl
  accessedAt
  question
  answer
  answerType
  title
  publisher
}
fragment Drafted on VerdictDraft {
  id
  version
  claimVersion
  savedAt
  rationale
  rating {
    ...Rated
  }
  citations {
    ...CitedPlainly
  }
}`),Qa=new $(`
    mutation DiscardVerdictDraft($input: DiscardVerdictDraftInput!) {
  discardVerdictDraft(input: $input) {
    claim {
      id
      version
      myDraft {
        ...Drafted
      }
    }
  }
}
    fragment Rated on Rating {
  id
  key
  label
  colour
  rank
  needsSource
  description
}
fragment CitedPlainly on CitedSource {
  stance
  quote
  kind
  url
  description
  doi
  isbn
  issn
  archiveUrl
  accessedAt
  question
  answer
  answerType
  title
  publisher
}
fragment Drafted on VerdictDraft {
  id
  version
  claimVersion
  savedAt
  rationale
  rating {
    ...Rated
  }
  citations {
    ...CitedPlainly
  }
}`),$a=new $(`
    mutation WithdrawVerdict($input: WithdrawVerdictInput!) {
  withdrawVerdict(input: $input) {
    claim {
      ...ClaimDetail
    }
  }
}
    fragment Rated on Rating {
  id
  key
  label
  colour
  rank
  needsSource
  description
}
fragment Person on Account {
  id
  displayName
}
fragment Place on Anchor {
  id
  start(unit: UTF16)
  end(unit: UTF16)
  exact
  prefix
  suffix
  status
}
fragment ClaimCounts on ClaimSummary {
  verdictCount
  hiddenVerdictCount
  disputed
  sourceCount
  verdictCounts {
    count
    rating {
      ...Rated
    }
  }
}
fragment ClaimCard on Claim {
  id
  version
  wordingVersion
  statement
  claimant
  claimedOn
  state
  stale
  tags
  markedAt
  summary {
    ...ClaimCounts
  }
  ruling {
    id
    state
    rating {
      ...Rated
    }
  }
}
fragment PlacedClaim on Claim {
  ...ClaimCard
  anchors {
    ...Place
  }
}
fragment Cited on Citation {
  id
  stance
  quote
  kind
  url
  description
  doi
  isbn
  issn
  archiveUrl
  accessedAt
  question
  answer
  answerType
  source {
    id
    url
    title
    publisher
  }
}
fragment CitedPlainly on CitedSource {
  stance
  quote
  kind
  url
  description
  doi
  isbn
  issn
  archiveUrl
  accessedAt
  question
  answer
  answerType
  title
  publisher
}
fragment Judged on Verdict {
  id
  version
  number
  state
  rating {
    ...Rated
  }
  rationale
  citations {
    ...Cited
  }
  reviewer {
    ...Person
  }
  submittedAt
  stale
  readRevision
  reaffirmedAt
  reaffirmNote
  changedAfterReading
  withdrawnAt
  withdrawnReason
}
fragment Drafted on VerdictDraft {
  id
  version
  claimVersion
  savedAt
  rationale
  rating {
    ...Rated
  }
  citations {
    ...CitedPlainly
  }
}
fragment Ruled on Ruling {
  id
  slug
  number
  version
  state
  wordsChanged
  summary
  dissent
  publishedAt
  publishedBy {
    ...Person
  }
  rating {
    ...Rated
  }
  verdicts {
    id
    dissents
    reviewer {
      ...Person
    }
  }
  corrections {
    number
    kind
    reason
    madeAt
    madeBy {
      ...Person
    }
    previousSummary
    previousRating {
      ...Rated
    }
  }
}
fragment ClaimDetail on Claim {
  ...PlacedClaim
  markedBy {
    ...Person
  }
  withdrawnAt
  withdrawnReason
  article {
    id
    title
    version
    withdrawnAt
    revision {
      id
      number
    }
  }
  repeats {
    id
    statement
    article {
      id
    }
  }
  assignments {
    assignedAt
    dueAt
    note
    reviewer {
      ...Person
    }
    assignedBy {
      ...Person
    }
  }
  myDraft {
    ...Drafted
  }
  verdicts(includeWithdrawn: true) {
    ...Judged
  }
  ruling {
    ...Ruled
  }
}`),eo=new $(`
    mutation ReaffirmVerdict($input: ReaffirmVerdictInput!) {
  reaffirmVerdict(input: $input) {
    claim {
      ...ClaimDetail
    }
  }
}
    fragment Rated on Rating {
  id
  key
  label
  colour
  rank
  needsSource
  description
}
fragment Person on Account {
  id
  displayName
}
fragment Place on Anchor {
  id
  start(unit: UTF16)
  end(unit: UTF16)
  exact
  prefix
  suffix
  status
}
fragment ClaimCounts on ClaimSummary {
  verdictCount
  hiddenVerdictCount
  disputed
  sourceCount
  verdictCounts {
    count
    rating {
      ...Rated
    }
  }
}
fragment ClaimCard on Claim {
  id
  version
  wordingVersion
  statement
  claimant
  claimedOn
  state
  stale
  tags
  markedAt
  summary {
    ...ClaimCounts
  }
  ruling {
    id
    state
    rating {
      ...Rated
    }
  }
}
fragment PlacedClaim on Claim {
  ...ClaimCard
  anchors {
    ...Place
  }
}
fragment Cited on Citation {
  id
  stance
  quote
  kind
  url
  description
  doi
  isbn
  issn
  archiveUrl
  accessedAt
  question
  answer
  answerType
  source {
    id
    url
    title
    publisher
  }
}
fragment CitedPlainly on CitedSource {
  stance
  quote
  kind
  url
  description
  doi
  isbn
  issn
  archiveUrl
  accessedAt
  question
  answer
  answerType
  title
  publisher
}
fragment Judged on Verdict {
  id
  version
  number
  state
  rating {
    ...Rated
  }
  rationale
  citations {
    ...Cited
  }
  reviewer {
    ...Person
  }
  submittedAt
  stale
  readRevision
  reaffirmedAt
  reaffirmNote
  changedAfterReading
  withdrawnAt
  withdrawnReason
}
fragment Drafted on VerdictDraft {
  id
  version
  claimVersion
  savedAt
  rationale
  rating {
    ...Rated
  }
  citations {
    ...CitedPlainly
  }
}
fragment Ruled on Ruling {
  id
  slug
  number
  version
  state
  wordsChanged
  summary
  dissent
  publishedAt
  publishedBy {
    ...Person
  }
  rating {
    ...Rated
  }
  verdicts {
    id
    dissents
    reviewer {
      ...Person
    }
  }
  corrections {
    number
    kind
    reason
    madeAt
    madeBy {
      ...Person
    }
    previousSummary
    previousRating {
      ...Rated
    }
  }
}
fragment ClaimDetail on Claim {
  ...PlacedClaim
  markedBy {
    ...Person
  }
  withdrawnAt
  withdrawnReason
  article {
    id
    title
    version
    withdrawnAt
    revision {
      id
      number
    }
  }
  repeats {
    id
    statement
    article {
      id
    }
  }
  assignments {
    assignedAt
    dueAt
    note
    reviewer {
      ...Person
    }
    assignedBy {
      ...Person
    }
  }
  myDraft {
    ...Drafted
  }
  verdicts(includeWithdrawn: true) {
    ...Judged
  }
  ruling {
    ...Ruled
  }
}`),to=new $(`
    query Readiness($id: ID!, $rating: String, $summary: String) {
  node(id: $id) {
    __typename
    ... on Claim {
      id
      readiness(rating: $rating, summary: $summary) {
        ready
        missing {
          code
          field
          message
          severity
        }
      }
    }
  }
}
    `),no=new $(`
    query Reviewers($slug: String!) {
  newsroom(slug: $slug) {
    id
    reviewers {
      ...Person
    }
  }
}
    fragment Person on Account {
  id
  displayName
}`),ro=new $(`
    mutation AssignClaim($input: AssignClaimInput!) {
  assignClaim(input: $input) {
    claim {
      ...ClaimDetail
    }
  }
}
    fragment Rated on Rating {
  id
  key
  label
  colour
  rank
  needsSource
  description
}
fragment Person on Account {
  id
  displayName
}
fragment Place on Anchor {
  id
  start(unit: UTF16)
  end(unit: UTF16)
  exact
  prefix
  suffix
  status
}
fragment ClaimCounts on ClaimSummary {
  verdictCount
  hiddenVerdictCount
  disputed
  sourceCount
  verdictCounts {
    count
    rating {
      ...Rated
    }
  }
}
fragment ClaimCard on Claim {
  id
  version
  wordingVersion
  statement
  claimant
  claimedOn
  state
  stale
  tags
  markedAt
  summary {
    ...ClaimCounts
  }
  ruling {
    id
    state
    rating {
      ...Rated
    }
  }
}
fragment PlacedClaim on Claim {
  ...ClaimCard
  anchors {
    ...Place
  }
}
fragment Cited on Citation {
  id
  stance
  quote
  kind
  url
  description
  doi
  isbn
  issn
  archiveUrl
  accessedAt
  question
  answer
  answerType
  source {
    id
    url
    title
    publisher
  }
}
fragment CitedPlainly on CitedSource {
  stance
  quote
  kind
  url
  description
  doi
  isbn
  issn
  archiveUrl
  accessedAt
  question
  answer
  answerType
  title
  publisher
}
fragment Judged on Verdict {
  id
  version
  number
  state
  rating {
    ...Rated
  }
  rationale
  citations {
    ...Cited
  }
  reviewer {
    ...Person
  }
  submittedAt
  stale
  readRevision
  reaffirmedAt
  reaffirmNote
  changedAfterReading
  withdrawnAt
  withdrawnReason
}
fragment Drafted on VerdictDraft {
  id
  version
  claimVersion
  savedAt
  rationale
  rating {
    ...Rated
  }
  citations {
    ...CitedPlainly
  }
}
fragment Ruled on Ruling {
  id
  slug
  number
  version
  state
  wordsChanged
  summary
  dissent
  publishedAt
  publishedBy {
    ...Person
  }
  rating {
    ...Rated
  }
  verdicts {
    id
    dissents
    reviewer {
      ...Person
    }
  }
  corrections {
    number
    kind
    reason
    madeAt
    madeBy {
      ...Person
    }
    previousSummary
    previousRating {
      ...Rated
    }
  }
}
fragment ClaimDetail on Claim {
  ...PlacedClaim
  markedBy {
    ...Person
  }
  withdrawnAt
  withdrawnReason
  article {
    id
    title
    version
    withdrawnAt
    revision {
      id
      number
    }
  }
  repeats {
    id
    statement
    article {
      id
    }
  }
  assignments {
    assignedAt
    dueAt
    note
    reviewer {
      ...Person
    }
    assignedBy {
      ...Person
    }
  }
  myDraft {
    ...Drafted
  }
  verdicts(includeWithdrawn: true) {
    ...Judged
  }
  ruling {
    ...Ruled
  }
}`),io=new $(`
    mutation UnassignClaim($input: UnassignClaimInput!) {
  unassignClaim(input: $input) {
    claim {
      ...ClaimDetail
    }
  }
}
    fragment Rated on Rating {
  id
  key
  label
  colour
  rank
  needsSource
  description
}
fragment Person on Account {
  id
  displayName
}
fragment Place on Anchor {
  id
  start(unit: UTF16)
  end(unit: UTF16)
  exact
  prefix
  suffix
  status
}
fragment ClaimCounts on ClaimSummary {
  verdictCount
  hiddenVerdictCount
  disputed
  sourceCount
  verdictCounts {
    count
    rating {
      ...Rated
    }
  }
}
fragment ClaimCard on Claim {
  id
  version
  wordingVersion
  statement
  claimant
  claimedOn
  state
  stale
  tags
  markedAt
  summary {
    ...ClaimCounts
  }
  ruling {
    id
    state
    rating {
      ...Rated
    }
  }
}
fragment PlacedClaim on Claim {
  ...ClaimCard
  anchors {
    ...Place
  }
}
fragment Cited on Citation {
  id
  stance
  quote
  kind
  url
  description
  doi
  isbn
  issn
  archiveUrl
  accessedAt
  question
  answer
  answerType
  source {
    id
    url
    title
    publisher
  }
}
fragment CitedPlainly on CitedSource {
  stance
  quote
  kind
  url
  description
  doi
  isbn
  issn
  archiveUrl
  accessedAt
  question
  answer
  answerType
  title
  publisher
}
fragment Judged on Verdict {
  id
  version
  number
  state
  rating {
    ...Rated
  }
  rationale
  citations {
    ...Cited
  }
  reviewer {
    ...Person
  }
  submittedAt
  stale
  readRevision
  reaffirmedAt
  reaffirmNote
  changedAfterReading
  withdrawnAt
  withdrawnReason
}
fragment Drafted on VerdictDraft {
  id
  version
  claimVersion
  savedAt
  rationale
  rating {
    ...Rated
  }
  citations {
    ...CitedPlainly
  }
}
fragment Ruled on Ruling {
  id
  slug
  number
  version
  state
  wordsChanged
  summary
  dissent
  publishedAt
  publishedBy {
    ...Person
  }
  rating {
    ...Rated
  }
  verdicts {
    id
    dissents
    reviewer {
      ...Person
    }
  }
  corrections {
    number
    kind
    reason
    madeAt
    madeBy {
      ...Person
    }
    previousSummary
    previousRating {
      ...Rated
    }
  }
}
fragment ClaimDetail on Claim {
  ...PlacedClaim
  markedBy {
    ...Person
  }
  withdrawnAt
  withdrawnReason
  article {
    id
    title
    version
    withdrawnAt
    revision {
      id
      number
    }
  }
  repeats {
    id
    statement
    article {
      id
    }
  }
  assignments {
    assignedAt
    dueAt
    note
    reviewer {
      ...Person
    }
    assignedBy {
      ...Person
    }
  }
  myDraft {
    ...Drafted
  }
  verdicts(includeWithdrawn: true) {
    ...Judged
  }
  ruling {
    ...Ruled
  }
}`),ao=new $(`
    mutation PublishRuling($input: PublishRulingInput!) {
  publishRuling(input: $input) {
    claim {
      ...ClaimDetail
    }
  }
}
    fragment Rated on Rating {
  id
  key
  label
  colour
  rank
  needsSource
  description
}
fragment Person on Account {
  id
  displayName
}
fragment Place on Anchor {
  id
  start(unit: UTF16)
  end(unit: UTF16)
  exact
  prefix
  suffix
  status
}
fragment ClaimCounts on ClaimSummary {
  verdictCount
  hiddenVerdictCount
  disputed
  sourceCount
  verdictCounts {
    count
    rating {
      ...Rated
    }
  }
}
fragment ClaimCard on Claim {
  id
  version
  wordingVersion
  statement
  claimant
  claimedOn
  state
  stale
  tags
  markedAt
  summary {
    ...ClaimCounts
  }
  ruling {
    id
    state
    rating {
      ...Rated
    }
  }
}
fragment PlacedClaim on Claim {
  ...ClaimCard
  anchors {
    ...Place
  }
}
fragment Cited on Citation {
  id
  stance
  quote
  kind
  url
  description
  doi
  isbn
  issn
  archiveUrl
  accessedAt
  question
  answer
  answerType
  source {
    id
    url
    title
    publisher
  }
}
fragment CitedPlainly on CitedSource {
  stance
  quote
  kind
  url
  description
  doi
  isbn
  issn
  archiveUrl
  accessedAt
  question
  answer
  answerType
  title
  publisher
}
fragment Judged on Verdict {
  id
  version
  number
  state
  rating {
    ...Rated
  }
  rationale
  citations {
    ...Cited
  }
  reviewer {
    ...Person
  }
  submittedAt
  stale
  readRevision
  reaffirmedAt
  reaffirmNote
  changedAfterReading
  withdrawnAt
  withdrawnReason
}
fragment Drafted on VerdictDraft {
  id
  version
  claimVersion
  savedAt
  rationale
  rating {
    ...Rated
  }
  citations {
    ...CitedPlainly
  }
}
fragment Ruled on Ruling {
  id
  slug
  number
  version
  state
  wordsChanged
  summary
  dissent
  publishedAt
  publishedBy {
    ...Person
  }
  rating {
    ...Rated
  }
  verdicts {
    id
    dissents
    reviewer {
      ...Person
    }
  }
  corrections {
    number
    kind
    reason
    madeAt
    madeBy {
      ...Person
    }
    previousSummary
    previousRating {
      ...Rated
    }
  }
}
fragment ClaimDetail on Claim {
  ...PlacedClaim
  markedBy {
    ...Person
  }
  withdrawnAt
  withdrawnReason
  article {
    id
    title
    version
    withdrawnAt
    revision {
      id
      number
    }
  }
  repeats {
    id
    statement
    article {
      id
    }
  }
  assignments {
    assignedAt
    dueAt
    note
    reviewer {
      ...Person
    }
    assignedBy {
      ...Person
    }
  }
  myDraft {
    ...Drafted
  }
  verdicts(includeWithdrawn: true) {
    ...Judged
  }
  ruling {
    ...Ruled
  }
}`),oo=new $(`
    mutation CorrectRuling($input: CorrectRulingInput!) {
  correctRuling(input: $input) {
    ruling {
      ...Ruled
      claim {
        ...ClaimDetail
      }
    }
  }
}
    fragment Rated on Rating {
  id
  key
  label
  colour
  rank
  needsSource
  description
}
fragment Person on Account {
  id
  displayName
}
fragment Place on Anchor {
  id
  start(unit: UTF16)
  end(unit: UTF16)
  exact
  prefix
  suffix
  status
}
fragment ClaimCounts on ClaimSummary {
  verdictCount
  hiddenVerdictCount
  disputed
  sourceCount
  verdictCounts {
    count
    rating {
      ...Rated
    }
  }
}
fragment ClaimCard on Claim {
  id
  version
  wordingVersion
  statement
  claimant
  claimedOn
  state
  stale
  tags
  markedAt
  summary {
    ...ClaimCounts
  }
  ruling {
    id
    state
    rating {
      ...Rated
    }
  }
}
fragment PlacedClaim on Claim {
  ...ClaimCard
  anchors {
    ...Place
  }
}
fragment Cited on Citation {
  id
  stance
  quote
  kind
  url
  description
  doi
  isbn
  issn
  archiveUrl
  accessedAt
  question
  answer
  answerType
  source {
    id
    url
    title
    publisher
  }
}
fragment CitedPlainly on CitedSource {
  stance
  quote
  kind
  url
  description
  doi
  isbn
  issn
  archiveUrl
  accessedAt
  question
  answer
  answerType
  title
  publisher
}
fragment Judged on Verdict {
  id
  version
  number
  state
  rating {
    ...Rated
  }
  rationale
  citations {
    ...Cited
  }
  reviewer {
    ...Person
  }
  submittedAt
  stale
  readRevision
  reaffirmedAt
  reaffirmNote
  changedAfterReading
  withdrawnAt
  withdrawnReason
}
fragment Drafted on VerdictDraft {
  id
  version
  claimVersion
  savedAt
  rationale
  rating {
    ...Rated
  }
  citations {
    ...CitedPlainly
  }
}
fragment Ruled on Ruling {
  id
  slug
  number
  version
  state
  wordsChanged
  summary
  dissent
  publishedAt
  publishedBy {
    ...Person
  }
  rating {
    ...Rated
  }
  verdicts {
    id
    dissents
    reviewer {
      ...Person
    }
  }
  corrections {
    number
    kind
    reason
    madeAt
    madeBy {
      ...Person
    }
    previousSummary
    previousRating {
      ...Rated
    }
  }
}
fragment ClaimDetail on Claim {
  ...PlacedClaim
  markedBy {
    ...Person
  }
  withdrawnAt
  withdrawnReason
  article {
    id
    title
    version
    withdrawnAt
    revision {
      id
      number
    }
  }
  repeats {
    id
    statement
    article {
      id
    }
  }
  assignments {
    assignedAt
    dueAt
    note
    reviewer {
      ...Person
    }
    assignedBy {
      ...Person
    }
  }
  myDraft {
    ...Drafted
  }
  verdicts(includeWithdrawn: true) {
    ...Judged
  }
  ruling {
    ...Ruled
  }
}`),so=new $(`
    query Work($slug: String!, $newsroom: ID!, $unjudged: ClaimFilter!) {
  viewer {
    id
    work(newsroom: $newsroom) {
      overdue(first: 15) {
        ...WorkList
      }
      dueSoon(first: 15) {
        ...WorkList
      }
      assigned(first: 30) {
        ...WorkList
      }
      stale(first: 15) {
        ...WorkList
      }
      drafts(first: 15) {
        ...WorkList
      }
    }
  }
  newsroom(slug: $slug) {
    id
    unjudged: claims(first: 8, filter: $unjudged, order: OLDEST_FIRST) {
      ...WorkList
    }
  }
}
    fragment Rated on Rating {
  id
  key
  label
  colour
  rank
  needsSource
  description
}
fragment Person on Account {
  id
  displayName
}
fragment ClaimCounts on ClaimSummary {
  verdictCount
  hiddenVerdictCount
  disputed
  sourceCount
  verdictCounts {
    count
    rating {
      ...Rated
    }
  }
}
fragment ClaimCard on Claim {
  id
  version
  wordingVersion
  statement
  claimant
  claimedOn
  state
  stale
  tags
  markedAt
  summary {
    ...ClaimCounts
  }
  ruling {
    id
    state
    rating {
      ...Rated
    }
  }
}
fragment ListedClaim on Claim {
  ...ClaimCard
  article {
    id
    title
    language
  }
  assignments {
    dueAt
    judgedAt
    note
    reviewer {
      ...Person
    }
  }
}
fragment WorkList on ClaimConnection {
  totalCount
  nodes {
    ...ListedClaim
  }
}`),co=new $(`
    query Mentions {
  viewer {
    id
    mentions(first: 20) {
      nodes {
        ...Said
        resolvedAt
        replyTo {
          id
          resolvedAt
        }
        claim {
          id
          statement
          article {
            id
            newsroom {
              id
              slug
              name
            }
          }
        }
      }
    }
  }
}
    fragment Said on Comment {
  id
  version
  text
  createdAt
  editedAt
  author {
    ...Person
  }
  mentions {
    ...Person
  }
}
fragment Person on Account {
  id
  displayName
}`),lo=new $(`
    query MyVerdicts($newsroom: ID!, $first: Int!, $after: String) {
  viewer {
    id
    verdicts(newsroom: $newsroom, first: $first, after: $after) {
      totalCount
      nodes {
        id
        state
        rating {
          ...Rated
        }
        outcome {
          dissents
          ruling {
            id
            state
            publishedAt
            rating {
              ...Rated
            }
          }
        }
        claim {
          ...ListedClaim
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
}
    fragment Rated on Rating {
  id
  key
  label
  colour
  rank
  needsSource
  description
}
fragment Person on Account {
  id
  displayName
}
fragment ClaimCounts on ClaimSummary {
  verdictCount
  hiddenVerdictCount
  disputed
  sourceCount
  verdictCounts {
    count
    rating {
      ...Rated
    }
  }
}
fragment ClaimCard on Claim {
  id
  version
  wordingVersion
  statement
  claimant
  claimedOn
  state
  stale
  tags
  markedAt
  summary {
    ...ClaimCounts
  }
  ruling {
    id
    state
    rating {
      ...Rated
    }
  }
}
fragment ListedClaim on Claim {
  ...ClaimCard
  article {
    id
    title
    language
  }
  assignments {
    dueAt
    judgedAt
    note
    reviewer {
      ...Person
    }
  }
}`),uo=new $(`
    query EditorWork($slug: String!, $newsroom: ID!, $ready: ClaimFilter!, $stale: ClaimFilter!) {
  viewer {
    id
    work(newsroom: $newsroom) {
      disputed(first: 20) {
        ...WorkList
      }
    }
  }
  newsroom(slug: $slug) {
    id
    ready: claims(first: 20, filter: $ready, order: OLDEST_FIRST) {
      ...WorkList
    }
    allStale: claims(first: 20, filter: $stale) {
      ...WorkList
    }
  }
}
    fragment Rated on Rating {
  id
  key
  label
  colour
  rank
  needsSource
  description
}
fragment Person on Account {
  id
  displayName
}
fragment ClaimCounts on ClaimSummary {
  verdictCount
  hiddenVerdictCount
  disputed
  sourceCount
  verdictCounts {
    count
    rating {
      ...Rated
    }
  }
}
fragment ClaimCard on Claim {
  id
  version
  wordingVersion
  statement
  claimant
  claimedOn
  state
  stale
  tags
  markedAt
  summary {
    ...ClaimCounts
  }
  ruling {
    id
    state
    rating {
      ...Rated
    }
  }
}
fragment ListedClaim on Claim {
  ...ClaimCard
  article {
    id
    title
    language
  }
  assignments {
    dueAt
    judgedAt
    note
    reviewer {
      ...Person
    }
  }
}
fragment WorkList on ClaimConnection {
  totalCount
  nodes {
    ...ListedClaim
  }
}`),fo=new $(`
    query NewestArticles($slug: String!) {
  newsroom(slug: $slug) {
    id
    articles(first: 5) {
      nodes {
        ...ListedArticle
      }
    }
  }
}
    fragment ListedArticle on Article {
  id
  title
  publisher
  author
  language
  publishedAt
  importedAt
  withdrawnAt
  url
  revision {
    id
    number
  }
  summary {
    claimCount
    judgedClaimCount
    verdictCount
    disputedClaimCount
  }
}`),po=new $(`
    query Articles($slug: String!, $filter: ArticleFilter, $order: ArticleOrder!, $first: Int!, $after: String) {
  newsroom(slug: $slug) {
    id
    articles(first: $first, after: $after, filter: $filter, order: $order) {
      totalCount
      nodes {
        ...ListedArticle
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
}
    fragment ListedArticle on Article {
  id
  title
  publisher
  author
  language
  publishedAt
  importedAt
  withdrawnAt
  url
  revision {
    id
    number
  }
  summary {
    claimCount
    judgedClaimCount
    verdictCount
    disputedClaimCount
  }
}`),mo=new $(`
    query Claims($slug: String!, $filter: ClaimFilter, $order: ClaimOrder, $first: Int!, $after: String) {
  newsroom(slug: $slug) {
    id
    claims(first: $first, after: $after, filter: $filter, order: $order) {
      totalCount
      nodes {
        ...ListedClaim
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
}
    fragment Rated on Rating {
  id
  key
  label
  colour
  rank
  needsSource
  description
}
fragment Person on Account {
  id
  displayName
}
fragment ClaimCounts on ClaimSummary {
  verdictCount
  hiddenVerdictCount
  disputed
  sourceCount
  verdictCounts {
    count
    rating {
      ...Rated
    }
  }
}
fragment ClaimCard on Claim {
  id
  version
  wordingVersion
  statement
  claimant
  claimedOn
  state
  stale
  tags
  markedAt
  summary {
    ...ClaimCounts
  }
  ruling {
    id
    state
    rating {
      ...Rated
    }
  }
}
fragment ListedClaim on Claim {
  ...ClaimCard
  article {
    id
    title
    language
  }
  assignments {
    dueAt
    judgedAt
    note
    reviewer {
      ...Person
    }
  }
}`),ho=new $(`
    query DueClaims($newsroom: ID!, $overdue: Boolean!, $after: String) {
  viewer {
    id
    work(newsroom: $newsroom) {
      overdue(first: 25, after: $after) @include(if: $overdue) {
        ...WorkList
        pageInfo {
          hasNextPage
          endCursor
        }
      }
      dueSoon(first: 25, after: $after) @skip(if: $overdue) {
        ...WorkList
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
}
    fragment Rated on Rating {
  id
  key
  label
  colour
  rank
  needsSource
  description
}
fragment Person on Account {
  id
  displayName
}
fragment ClaimCounts on ClaimSummary {
  verdictCount
  hiddenVerdictCount
  disputed
  sourceCount
  verdictCounts {
    count
    rating {
      ...Rated
    }
  }
}
fragment ClaimCard on Claim {
  id
  version
  wordingVersion
  statement
  claimant
  claimedOn
  state
  stale
  tags
  markedAt
  summary {
    ...ClaimCounts
  }
  ruling {
    id
    state
    rating {
      ...Rated
    }
  }
}
fragment ListedClaim on Claim {
  ...ClaimCard
  article {
    id
    title
    language
  }
  assignments {
    dueAt
    judgedAt
    note
    reviewer {
      ...Person
    }
  }
}
fragment WorkList on ClaimConnection {
  totalCount
  nodes {
    ...ListedClaim
  }
}`),go=new $(`
    query Search($slug: String!, $text: String!) {
  newsroom(slug: $slug) {
    id
    search(text: $text, first: 12) {
      edges {
        cursor
        snippet {
          text
          matches {
            start(unit: UTF16)
            end(unit: UTF16)
          }
        }
        node {
          __typename
          ... on Article {
            id
            title
            publisher
            language
          }
          ... on Claim {
            ...ListedClaim
          }
          ... on OutsideReview {
            ...CheckedElsewhere
          }
        }
      }
    }
  }
}
    fragment Rated on Rating {
  id
  key
  label
  colour
  rank
  needsSource
  description
}
fragment Person on Account {
  id
  displayName
}
fragment ClaimCounts on ClaimSummary {
  verdictCount
  hiddenVerdictCount
  disputed
  sourceCount
  verdictCounts {
    count
    rating {
      ...Rated
    }
  }
}
fragment ClaimCard on Claim {
  id
  version
  wordingVersion
  statement
  claimant
  claimedOn
  state
  stale
  tags
  markedAt
  summary {
    ...ClaimCounts
  }
  ruling {
    id
    state
    rating {
      ...Rated
    }
  }
}
fragment ListedClaim on Claim {
  ...ClaimCard
  article {
    id
    title
    language
  }
  assignments {
    dueAt
    judgedAt
    note
    reviewer {
      ...Person
    }
  }
}
fragment CheckedElsewhere on OutsideReview {
  id
  url
  by: publisher
  statement
  claimant
  rating
  reviewedOn
}`),_o=new $(`
    query ArticlesByAddress($slug: String!, $url: String!) {
  newsroom(slug: $slug) {
    id
    articles(first: 3, filter: {url: $url}) {
      nodes {
        id
        title
        importedAt
      }
    }
  }
}
    `),vo=new $(`
    mutation ImportArticle($input: ImportArticleInput!) {
  importArticle(input: $input) {
    article {
      id
      title
    }
    duplicates {
      id
      title
      publisher
      importedAt
      withdrawnAt
    }
  }
}
    `),yo=new $(`
    query Revisions($id: ID!) {
  article(id: $id) {
    id
    title
    version
    withdrawnAt
    language
    revision {
      id
      number
      text
    }
    revisions(first: 100) {
      nodes {
        id
        number
        createdAt
        note
        length
        author {
          ...Person
        }
      }
    }
  }
}
    fragment Person on Account {
  id
  displayName
}`),bo=new $(`
    query Diff($id: ID!, $from: Int!, $to: Int!) {
  article(id: $id) {
    id
    diff(from: $from, to: $to) {
      kind
      text
    }
  }
}
    `),xo=new $(`
    query StaleClaims($id: ID!) {
  article(id: $id) {
    id
    claims(first: 100, filter: {stale: true}, order: POSITION) {
      totalCount
      nodes {
        ...PlacedClaim
        verdicts {
          id
          version
          stale
          readRevision
          rating {
            ...Rated
          }
          reviewer {
            ...Person
          }
        }
        anchorProposals {
          start(unit: UTF16)
          end(unit: UTF16)
          exact
          score
          anchor {
            id
          }
        }
      }
    }
  }
}
    fragment Rated on Rating {
  id
  key
  label
  colour
  rank
  needsSource
  description
}
fragment Person on Account {
  id
  displayName
}
fragment Place on Anchor {
  id
  start(unit: UTF16)
  end(unit: UTF16)
  exact
  prefix
  suffix
  status
}
fragment ClaimCounts on ClaimSummary {
  verdictCount
  hiddenVerdictCount
  disputed
  sourceCount
  verdictCounts {
    count
    rating {
      ...Rated
    }
  }
}
fragment ClaimCard on Claim {
  id
  version
  wordingVersion
  statement
  claimant
  claimedOn
  state
  stale
  tags
  markedAt
  summary {
    ...ClaimCounts
  }
  ruling {
    id
    state
    rating {
      ...Rated
    }
  }
}
fragment PlacedClaim on Claim {
  ...ClaimCard
  anchors {
    ...Place
  }
}`),So=new $(`
    query RevisionPreview($id: ID!, $input: RevisionPreviewInput!) {
  article(id: $id) {
    id
    revisionPreview(input: $input) {
      basedOnRevision
      claimCount
      staleCount
      lostCount
      freshCount
      claims {
        status
        stale
        words
        claim {
          ...ClaimCard
        }
      }
    }
  }
}
    fragment Rated on Rating {
  id
  key
  label
  colour
  rank
  needsSource
  description
}
fragment ClaimCounts on ClaimSummary {
  verdictCount
  hiddenVerdictCount
  disputed
  sourceCount
  verdictCounts {
    count
    rating {
      ...Rated
    }
  }
}
fragment ClaimCard on Claim {
  id
  version
  wordingVersion
  statement
  claimant
  claimedOn
  state
  stale
  tags
  markedAt
  summary {
    ...ClaimCounts
  }
  ruling {
    id
    state
    rating {
      ...Rated
    }
  }
}`),Co=new $(`
    mutation ReviseArticle($input: ReviseArticleInput!) {
  reviseArticle(input: $input) {
    article {
      id
      title
      version
      revision {
        id
        number
      }
    }
    anchors {
      id
      status
    }
  }
}
    `),wo=new $(`
    mutation RestoreRevision($input: RestoreRevisionInput!) {
  restoreRevision(input: $input) {
    article {
      id
      title
      version
      revision {
        id
        number
      }
    }
    anchors {
      id
      status
    }
  }
}
    `),To=new $(`
    mutation ReaffirmVerdicts($input: ReaffirmVerdictsInput!) {
  reaffirmVerdicts(input: $input) {
    article {
      id
      version
    }
    reaffirmed {
      id
      version
      stale
    }
    left {
      reason
      verdict {
        id
      }
    }
  }
}
    `),Eo=new $(`
    query Claimants($slug: String!, $first: Int!, $after: String) {
  newsroom(slug: $slug) {
    id
    claimants(first: $first, after: $after) {
      totalCount
      nodes {
        name
        claimCount
        mergedNames
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
}
    `),Do=new $(`
    mutation MergeClaimants($input: MergeClaimantsInput!) {
  mergeClaimants(input: $input) {
    claimant {
      name
    }
  }
}
    `),Oo=new $(`
    mutation UnmergeClaimants($input: UnmergeClaimantsInput!) {
  unmergeClaimants(input: $input) {
    claimants {
      name
    }
  }
}
    `),ko=new $(`
    query ArticlePreview($slug: String!, $input: ArticlePreviewInput!) {
  newsroom(slug: $slug) {
    id
    articlePreview(input: $input) {
      title
      text
      author
      publisher
      language
      url
      publishedAt
      dropped
      spans {
        kind
        text
      }
      duplicates {
        id
        title
        importedAt
      }
    }
  }
}
    `),Ao=new $(`
    query ArticleHead($id: ID!) {
  article(id: $id) {
    id
    title
    url
    author
    publisher
    language
    publishedAt
    importedAt
    version
    withdrawnAt
    withdrawnReason
    newsroom {
      id
      slug
    }
    revision {
      id
      number
      createdAt
      length
    }
  }
}
    `),jo=new $(`
    query RevisionText($id: ID!) {
  node(id: $id) {
    __typename
    ... on Revision {
      id
      text
      spans {
        id
        kind
        start(unit: UTF16)
        end(unit: UTF16)
      }
    }
  }
}
    `),Mo=new $(`
    query RevisionSentences($id: ID!) {
  node(id: $id) {
    __typename
    ... on Revision {
      id
      spans(kind: SENTENCE) {
        id
        start(unit: UTF16)
        end(unit: UTF16)
      }
    }
  }
}
    `),No=new $(`
    query ArticleClaims($id: ID!, $first: Int!, $after: String) {
  article(id: $id) {
    id
    claims(first: $first, after: $after, order: POSITION) {
      nodes {
        ...PlacedClaim
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
}
    fragment Rated on Rating {
  id
  key
  label
  colour
  rank
  needsSource
  description
}
fragment Place on Anchor {
  id
  start(unit: UTF16)
  end(unit: UTF16)
  exact
  prefix
  suffix
  status
}
fragment ClaimCounts on ClaimSummary {
  verdictCount
  hiddenVerdictCount
  disputed
  sourceCount
  verdictCounts {
    count
    rating {
      ...Rated
    }
  }
}
fragment ClaimCard on Claim {
  id
  version
  wordingVersion
  statement
  claimant
  claimedOn
  state
  stale
  tags
  markedAt
  summary {
    ...ClaimCounts
  }
  ruling {
    id
    state
    rating {
      ...Rated
    }
  }
}
fragment PlacedClaim on Claim {
  ...ClaimCard
  anchors {
    ...Place
  }
}`),Po=new $(`
    query ClaimsById($ids: [ID!]!) {
  nodes(ids: $ids) {
    __typename
    ... on Claim {
      ...PlacedClaim
      article {
        id
      }
    }
  }
}
    fragment Rated on Rating {
  id
  key
  label
  colour
  rank
  needsSource
  description
}
fragment Place on Anchor {
  id
  start(unit: UTF16)
  end(unit: UTF16)
  exact
  prefix
  suffix
  status
}
fragment ClaimCounts on ClaimSummary {
  verdictCount
  hiddenVerdictCount
  disputed
  sourceCount
  verdictCounts {
    count
    rating {
      ...Rated
    }
  }
}
fragment ClaimCard on Claim {
  id
  version
  wordingVersion
  statement
  claimant
  claimedOn
  state
  stale
  tags
  markedAt
  summary {
    ...ClaimCounts
  }
  ruling {
    id
    state
    rating {
      ...Rated
    }
  }
}
fragment PlacedClaim on Claim {
  ...ClaimCard
  anchors {
    ...Place
  }
}`),Fo=new $(`
    query ClaimPanel($id: ID!) {
  node(id: $id) {
    __typename
    ... on Claim {
      ...ClaimDetail
    }
  }
}
    fragment Rated on Rating {
  id
  key
  label
  colour
  rank
  needsSource
  description
}
fragment Person on Account {
  id
  displayName
}
fragment Place on Anchor {
  id
  start(unit: UTF16)
  end(unit: UTF16)
  exact
  prefix
  suffix
  status
}
fragment ClaimCounts on ClaimSummary {
  verdictCount
  hiddenVerdictCount
  disputed
  sourceCount
  verdictCounts {
    count
    rating {
      ...Rated
    }
  }
}
fragment ClaimCard on Claim {
  id
  version
  wordingVersion
  statement
  claimant
  claimedOn
  state
  stale
  tags
  markedAt
  summary {
    ...ClaimCounts
  }
  ruling {
    id
    state
    rating {
      ...Rated
    }
  }
}
fragment PlacedClaim on Claim {
  ...ClaimCard
  anchors {
    ...Place
  }
}
fragment Cited on Citation {
  id
  stance
  quote
  kind
  url
  description
  doi
  isbn
  issn
  archiveUrl
  accessedAt
  question
  answer
  answerType
  source {
    id
    url
    title
    publisher
  }
}
fragment CitedPlainly on CitedSource {
  stance
  quote
  kind
  url
  description
  doi
  isbn
  issn
  archiveUrl
  accessedAt
  question
  answer
  answerType
  title
  publisher
}
fragment Judged on Verdict {
  id
  version
  number
  state
  rating {
    ...Rated
  }
  rationale
  citations {
    ...Cited
  }
  reviewer {
    ...Person
  }
  submittedAt
  stale
  readRevision
  reaffirmedAt
  reaffirmNote
  changedAfterReading
  withdrawnAt
  withdrawnReason
}
fragment Drafted on VerdictDraft {
  id
  version
  claimVersion
  savedAt
  rationale
  rating {
    ...Rated
  }
  citations {
    ...CitedPlainly
  }
}
fragment Ruled on Ruling {
  id
  slug
  number
  version
  state
  wordsChanged
  summary
  dissent
  publishedAt
  publishedBy {
    ...Person
  }
  rating {
    ...Rated
  }
  verdicts {
    id
    dissents
    reviewer {
      ...Person
    }
  }
  corrections {
    number
    kind
    reason
    madeAt
    madeBy {
      ...Person
    }
    previousSummary
    previousRating {
      ...Rated
    }
  }
}
fragment ClaimDetail on Claim {
  ...PlacedClaim
  markedBy {
    ...Person
  }
  withdrawnAt
  withdrawnReason
  article {
    id
    title
    version
    withdrawnAt
    revision {
      id
      number
    }
  }
  repeats {
    id
    statement
    article {
      id
    }
  }
  assignments {
    assignedAt
    dueAt
    note
    reviewer {
      ...Person
    }
    assignedBy {
      ...Person
    }
  }
  myDraft {
    ...Drafted
  }
  verdicts(includeWithdrawn: true) {
    ...Judged
  }
  ruling {
    ...Ruled
  }
}`),Io=new $(`
    query SimilarClaims($slug: String!, $text: String!) {
  newsroom(slug: $slug) {
    id
    similarClaims(text: $text, first: 5) {
      edges {
        score
        node {
          ...ListedClaim
        }
      }
      outsideReviews(first: 5) {
        score
        node {
          ...CheckedElsewhere
        }
      }
    }
  }
}
    fragment Rated on Rating {
  id
  key
  label
  colour
  rank
  needsSource
  description
}
fragment Person on Account {
  id
  displayName
}
fragment ClaimCounts on ClaimSummary {
  verdictCount
  hiddenVerdictCount
  disputed
  sourceCount
  verdictCounts {
    count
    rating {
      ...Rated
    }
  }
}
fragment ClaimCard on Claim {
  id
  version
  wordingVersion
  statement
  claimant
  claimedOn
  state
  stale
  tags
  markedAt
  summary {
    ...ClaimCounts
  }
  ruling {
    id
    state
    rating {
      ...Rated
    }
  }
}
fragment ListedClaim on Claim {
  ...ClaimCard
  article {
    id
    title
    language
  }
  assignments {
    dueAt
    judgedAt
    note
    reviewer {
      ...Person
    }
  }
}
fragment CheckedElsewhere on OutsideReview {
  id
  url
  by: publisher
  statement
  claimant
  rating
  reviewedOn
}`),Lo=new $(`
    query ClaimHistory($id: ID!) {
  node(id: $id) {
    __typename
    ... on Claim {
      id
      rulings {
        ...Ruled
      }
      anchorHistory(first: 50) {
        nodes {
          ...Place
          revision {
            id
            number
          }
        }
      }
      verdicts(includeWithdrawn: true) {
        id
        history {
          id
          number
          submittedAt
          rationale
          rating {
            ...Rated
          }
          citations {
            ...Cited
          }
        }
      }
    }
  }
}
    fragment Rated on Rating {
  id
  key
  label
  colour
  rank
  needsSource
  description
}
fragment Person on Account {
  id
  displayName
}
fragment Place on Anchor {
  id
  start(unit: UTF16)
  end(unit: UTF16)
  exact
  prefix
  suffix
  status
}
fragment Cited on Citation {
  id
  stance
  quote
  kind
  url
  description
  doi
  isbn
  issn
  archiveUrl
  accessedAt
  question
  answer
  answerType
  source {
    id
    url
    title
    publisher
  }
}
fragment Ruled on Ruling {
  id
  slug
  number
  version
  state
  wordsChanged
  summary
  dissent
  publishedAt
  publishedBy {
    ...Person
  }
  rating {
    ...Rated
  }
  verdicts {
    id
    dissents
    reviewer {
      ...Person
    }
  }
  corrections {
    number
    kind
    reason
    madeAt
    madeBy {
      ...Person
    }
    previousSummary
    previousRating {
      ...Rated
    }
  }
}`),Ro=new $(`
    mutation MarkClaim($input: MarkClaimInput!) {
  markClaim(input: $input) {
    article {
      id
      version
    }
    claim {
      ...ClaimDetail
    }
    duplicates {
      id
      statement
    }
  }
}
    fragment Rated on Rating {
  id
  key
  label
  colour
  rank
  needsSource
  description
}
fragment Person on Account {
  id
  displayName
}
fragment Place on Anchor {
  id
  start(unit: UTF16)
  end(unit: UTF16)
  exact
  prefix
  suffix
  status
}
fragment ClaimCounts on ClaimSummary {
  verdictCount
  hiddenVerdictCount
  disputed
  sourceCount
  verdictCounts {
    count
    rating {
      ...Rated
    }
  }
}
fragment ClaimCard on Claim {
  id
  version
  wordingVersion
  statement
  claimant
  claimedOn
  state
  stale
  tags
  markedAt
  summary {
    ...ClaimCounts
  }
  ruling {
    id
    state
    rating {
      ...Rated
    }
  }
}
fragment PlacedClaim on Claim {
  ...ClaimCard
  anchors {
    ...Place
  }
}
fragment Cited on Citation {
  id
  stance
  quote
  kind
  url
  description
  doi
  isbn
  issn
  archiveUrl
  accessedAt
  question
  answer
  answerType
  source {
    id
    url
    title
    publisher
  }
}
fragment CitedPlainly on CitedSource {
  stance
  quote
  kind
  url
  description
  doi
  isbn
  issn
  archiveUrl
  accessedAt
  question
  answer
  answerType
  title
  publisher
}
fragment Judged on Verdict {
  id
  version
  number
  state
  rating {
    ...Rated
  }
  rationale
  citations {
    ...Cited
  }
  reviewer {
    ...Person
  }
  submittedAt
  stale
  readRevision
  reaffirmedAt
  reaffirmNote
  changedAfterReading
  withdrawnAt
  withdrawnReason
}
fragment Drafted on VerdictDraft {
  id
  version
  claimVersion
  savedAt
  rationale
  rating {
    ...Rated
  }
  citations {
    ...CitedPlainly
  }
}
fragment Ruled on Ruling {
  id
  slug
  number
  version
  state
  wordsChanged
  summary
  dissent
  publishedAt
  publishedBy {
    ...Person
  }
  rating {
    ...Rated
  }
  verdicts {
    id
    dissents
    reviewer {
      ...Person
    }
  }
  corrections {
    number
    kind
    reason
    madeAt
    madeBy {
      ...Person
    }
    previousSummary
    previousRating {
      ...Rated
    }
  }
}
fragment ClaimDetail on Claim {
  ...PlacedClaim
  markedBy {
    ...Person
  }
  withdrawnAt
  withdrawnReason
  article {
    id
    title
    version
    withdrawnAt
    revision {
      id
      number
    }
  }
  repeats {
    id
    statement
    article {
      id
    }
  }
  assignments {
    assignedAt
    dueAt
    note
    reviewer {
      ...Person
    }
    assignedBy {
      ...Person
    }
  }
  myDraft {
    ...Drafted
  }
  verdicts(includeWithdrawn: true) {
    ...Judged
  }
  ruling {
    ...Ruled
  }
}`),zo=new $(`
    mutation EditClaim($input: EditClaimInput!) {
  editClaim(input: $input) {
    article {
      id
      version
    }
    claim {
      ...ClaimDetail
    }
  }
}
    fragment Rated on Rating {
  id
  key
  label
  colour
  rank
  needsSource
  description
}
fragment Person on Account {
  id
  displayName
}
fragment Place on Anchor {
  id
  start(unit: UTF16)
  end(unit: UTF16)
  exact
  prefix
  suffix
  status
}
fragment ClaimCounts on ClaimSummary {
  verdictCount
  hiddenVerdictCount
  disputed
  sourceCount
  verdictCounts {
    count
    rating {
      ...Rated
    }
  }
}
fragment ClaimCard on Claim {
  id
  version
  wordingVersion
  statement
  claimant
  claimedOn
  state
  stale
  tags
  markedAt
  summary {
    ...ClaimCounts
  }
  ruling {
    id
    state
    rating {
      ...Rated
    }
  }
}
fragment PlacedClaim on Claim {
  ...ClaimCard
  anchors {
    ...Place
  }
}
fragment Cited on Citation {
  id
  stance
  quote
  kind
  url
  description
  doi
  isbn
  issn
  archiveUrl
  accessedAt
  question
  answer
  answerType
  source {
    id
    url
    title
    publisher
  }
}
fragment CitedPlainly on CitedSource {
  stance
  quote
  kind
  url
  description
  doi
  isbn
  issn
  archiveUrl
  accessedAt
  question
  answer
  answerType
  title
  publisher
}
fragment Judged on Verdict {
  id
  version
  number
  state
  rating {
    ...Rated
  }
  rationale
  citations {
    ...Cited
  }
  reviewer {
    ...Person
  }
  submittedAt
  stale
  readRevision
  reaffirmedAt
  reaffirmNote
  changedAfterReading
  withdrawnAt
  withdrawnReason
}
fragment Drafted on VerdictDraft {
  id
  version
  claimVersion
  savedAt
  rationale
  rating {
    ...Rated
  }
  citations {
    ...CitedPlainly
  }
}
fragment Ruled on Ruling {
  id
  slug
  number
  version
  state
  wordsChanged
  summary
  dissent
  publishedAt
  publishedBy {
    ...Person
  }
  rating {
    ...Rated
  }
  verdicts {
    id
    dissents
    reviewer {
      ...Person
    }
  }
  corrections {
    number
    kind
    reason
    madeAt
    madeBy {
      ...Person
    }
    previousSummary
    previousRating {
      ...Rated
    }
  }
}
fragment ClaimDetail on Claim {
  ...PlacedClaim
  markedBy {
    ...Person
  }
  withdrawnAt
  withdrawnReason
  article {
    id
    title
    version
    withdrawnAt
    revision {
      id
      number
    }
  }
  repeats {
    id
    statement
    article {
      id
    }
  }
  assignments {
    assignedAt
    dueAt
    note
    reviewer {
      ...Person
    }
    assignedBy {
      ...Person
    }
  }
  myDraft {
    ...Drafted
  }
  verdicts(includeWithdrawn: true) {
    ...Judged
  }
  ruling {
    ...Ruled
  }
}`),Bo=new $(`
    mutation WithdrawClaim($input: WithdrawClaimInput!) {
  withdrawClaim(input: $input) {
    article {
      id
      version
    }
    claim {
      ...ClaimDetail
    }
  }
}
    fragment Rated on Rating {
  id
  key
  label
  colour
  rank
  needsSource
  description
}
fragment Person on Account {
  id
  displayName
}
fragment Place on Anchor {
  id
  start(unit: UTF16)
  end(unit: UTF16)
  exact
  prefix
  suffix
  status
}
fragment ClaimCounts on ClaimSummary {
  verdictCount
  hiddenVerdictCount
  disputed
  sourceCount
  verdictCounts {
    count
    rating {
      ...Rated
    }
  }
}
fragment ClaimCard on Claim {
  id
  version
  wordingVersion
  statement
  claimant
  claimedOn
  state
  stale
  tags
  markedAt
  summary {
    ...ClaimCounts
  }
  ruling {
    id
    state
    rating {
      ...Rated
    }
  }
}
fragment PlacedClaim on Claim {
  ...ClaimCard
  anchors {
    ...Place
  }
}
fragment Cited on Citation {
  id
  stance
  quote
  kind
  url
  description
  doi
  isbn
  issn
  archiveUrl
  accessedAt
  question
  answer
  answerType
  source {
    id
    url
    title
    publisher
  }
}
fragment CitedPlainly on CitedSource {
  stance
  quote
  kind
  url
  description
  doi
  isbn
  issn
  archiveUrl
  accessedAt
  question
  answer
  answerType
  title
  publisher
}
fragment Judged on Verdict {
  id
  version
  number
  state
  rating {
    ...Rated
  }
  rationale
  citations {
    ...Cited
  }
  reviewer {
    ...Person
  }
  submittedAt
  stale
  readRevision
  reaffirmedAt
  reaffirmNote
  changedAfterReading
  withdrawnAt
  withdrawnReason
}
fragment Drafted on VerdictDraft {
  id
  version
  claimVersion
  savedAt
  rationale
  rating {
    ...Rated
  }
  citations {
    ...CitedPlainly
  }
}
fragment Ruled on Ruling {
  id
  slug
  number
  version
  state
  wordsChanged
  summary
  dissent
  publishedAt
  publishedBy {
    ...Person
  }
  rating {
    ...Rated
  }
  verdicts {
    id
    dissents
    reviewer {
      ...Person
    }
  }
  corrections {
    number
    kind
    reason
    madeAt
    madeBy {
      ...Person
    }
    previousSummary
    previousRating {
      ...Rated
    }
  }
}
fragment ClaimDetail on Claim {
  ...PlacedClaim
  markedBy {
    ...Person
  }
  withdrawnAt
  withdrawnReason
  article {
    id
    title
    version
    withdrawnAt
    revision {
      id
      number
    }
  }
  repeats {
    id
    statement
    article {
      id
    }
  }
  assignments {
    assignedAt
    dueAt
    note
    reviewer {
      ...Person
    }
    assignedBy {
      ...Person
    }
  }
  myDraft {
    ...Drafted
  }
  verdicts(includeWithdrawn: true) {
    ...Judged
  }
  ruling {
    ...Ruled
  }
}`),Vo=new $(`
    mutation RestoreClaim($input: RestoreClaimInput!) {
  restoreClaim(input: $input) {
    article {
      id
      version
    }
    claim {
      ...ClaimDetail
    }
  }
}
    fragment Rated on Rating {
  id
  key
  label
  colour
  rank
  needsSource
  description
}
fragment Person on Account {
  id
  displayName
}
fragment Place on Anchor {
  id
  start(unit: UTF16)
  end(unit: UTF16)
  exact
  prefix
  suffix
  status
}
fragment ClaimCounts on ClaimSummary {
  verdictCount
  hiddenVerdictCount
  disputed
  sourceCount
  verdictCounts {
    count
    rating {
      ...Rated
    }
  }
}
fragment ClaimCard on Claim {
  id
  version
  wordingVersion
  statement
  claimant
  claimedOn
  state
  stale
  tags
  markedAt
  summary {
    ...ClaimCounts
  }
  ruling {
    id
    state
    rating {
      ...Rated
    }
  }
}
fragment PlacedClaim on Claim {
  ...ClaimCard
  anchors {
    ...Place
  }
}
fragment Cited on Citation {
  id
  stance
  quote
  kind
  url
  description
  doi
  isbn
  issn
  archiveUrl
  accessedAt
  question
  answer
  answerType
  source {
    id
    url
    title
    publisher
  }
}
fragment CitedPlainly on CitedSource {
  stance
  quote
  kind
  url
  description
  doi
  isbn
  issn
  archiveUrl
  accessedAt
  question
  answer
  answerType
  title
  publisher
}
fragment Judged on Verdict {
  id
  version
  number
  state
  rating {
    ...Rated
  }
  rationale
  citations {
    ...Cited
  }
  reviewer {
    ...Person
  }
  submittedAt
  stale
  readRevision
  reaffirmedAt
  reaffirmNote
  changedAfterReading
  withdrawnAt
  withdrawnReason
}
fragment Drafted on VerdictDraft {
  id
  version
  claimVersion
  savedAt
  rationale
  rating {
    ...Rated
  }
  citations {
    ...CitedPlainly
  }
}
fragment Ruled on Ruling {
  id
  slug
  number
  version
  state
  wordsChanged
  summary
  dissent
  publishedAt
  publishedBy {
    ...Person
  }
  rating {
    ...Rated
  }
  verdicts {
    id
    dissents
    reviewer {
      ...Person
    }
  }
  corrections {
    number
    kind
    reason
    madeAt
    madeBy {
      ...Person
    }
    previousSummary
    previousRating {
      ...Rated
    }
  }
}
fragment ClaimDetail on Claim {
  ...PlacedClaim
  markedBy {
    ...Person
  }
  withdrawnAt
  withdrawnReason
  article {
    id
    title
    version
    withdrawnAt
    revision {
      id
      number
    }
  }
  repeats {
    id
    statement
    article {
      id
    }
  }
  assignments {
    assignedAt
    dueAt
    note
    reviewer {
      ...Person
    }
    assignedBy {
      ...Person
    }
  }
  myDraft {
    ...Drafted
  }
  verdicts(includeWithdrawn: true) {
    ...Judged
  }
  ruling {
    ...Ruled
  }
}`),Ho=new $(`
    mutation EditArticle($input: EditArticleInput!) {
  editArticle(input: $input) {
    article {
      ...ArticleFacts
    }
  }
}
    fragment ArticleFacts on Article {
  id
  url
  author
  publisher
  language
  publishedAt
  version
  withdrawnAt
  withdrawnReason
  revision {
    id
    number
    createdAt
    length
  }
}`),Uo=new $(`
    mutation WithdrawArticle($input: WithdrawArticleInput!) {
  withdrawArticle(input: $input) {
    article {
      ...ArticleFacts
    }
  }
}
    fragment ArticleFacts on Article {
  id
  url
  author
  publisher
  language
  publishedAt
  version
  withdrawnAt
  withdrawnReason
  revision {
    id
    number
    createdAt
    length
  }
}`),Wo=new $(`
    mutation RestoreArticle($input: RestoreArticleInput!) {
  restoreArticle(input: $input) {
    article {
      ...ArticleFacts
    }
  }
}
    fragment ArticleFacts on Article {
  id
  url
  author
  publisher
  language
  publishedAt
  version
  withdrawnAt
  withdrawnReason
  revision {
    id
    number
    createdAt
    length
  }
}`),Go=new $(`
    mutation LinkClaim($input: LinkClaimInput!) {
  linkClaim(input: $input) {
    article {
      id
      version
    }
    claim {
      ...ClaimDetail
    }
  }
}
    fragment Rated on Rating {
  id
  key
  label
  colour
  rank
  needsSource
  description
}
fragment Person on Account {
  id
  displayName
}
fragment Place on Anchor {
  id
  start(unit: UTF16)
  end(unit: UTF16)
  exact
  prefix
  suffix
  status
}
fragment ClaimCounts on ClaimSummary {
  verdictCount
  hiddenVerdictCount
  disputed
  sourceCount
  verdictCounts {
    count
    rating {
      ...Rated
    }
  }
}
fragment ClaimCard on Claim {
  id
  version
  wordingVersion
  statement
  claimant
  claimedOn
  state
  stale
  tags
  markedAt
  summary {
    ...ClaimCounts
  }
  ruling {
    id
    state
    rating {
      ...Rated
    }
  }
}
fragment PlacedClaim on Claim {
  ...ClaimCard
  anchors {
    ...Place
  }
}
fragment Cited on Citation {
  id
  stance
  quote
  kind
  url
  description
  doi
  isbn
  issn
  archiveUrl
  accessedAt
  question
  answer
  answerType
  source {
    id
    url
    title
    publisher
  }
}
fragment CitedPlainly on CitedSource {
  stance
  quote
  kind
  url
  description
  doi
  isbn
  issn
  archiveUrl
  accessedAt
  question
  answer
  answerType
  title
  publisher
}
fragment Judged on Verdict {
  id
  version
  number
  state
  rating {
    ...Rated
  }
  rationale
  citations {
    ...Cited
  }
  reviewer {
    ...Person
  }
  submittedAt
  stale
  readRevision
  reaffirmedAt
  reaffirmNote
  changedAfterReading
  withdrawnAt
  withdrawnReason
}
fragment Drafted on VerdictDraft {
  id
  version
  claimVersion
  savedAt
  rationale
  rating {
    ...Rated
  }
  citations {
    ...CitedPlainly
  }
}
fragment Ruled on Ruling {
  id
  slug
  number
  version
  state
  wordsChanged
  summary
  dissent
  publishedAt
  publishedBy {
    ...Person
  }
  rating {
    ...Rated
  }
  verdicts {
    id
    dissents
    reviewer {
      ...Person
    }
  }
  corrections {
    number
    kind
    reason
    madeAt
    madeBy {
      ...Person
    }
    previousSummary
    previousRating {
      ...Rated
    }
  }
}
fragment ClaimDetail on Claim {
  ...PlacedClaim
  markedBy {
    ...Person
  }
  withdrawnAt
  withdrawnReason
  article {
    id
    title
    version
    withdrawnAt
    revision {
      id
      number
    }
  }
  repeats {
    id
    statement
    article {
      id
    }
  }
  assignments {
    assignedAt
    dueAt
    note
    reviewer {
      ...Person
    }
    assignedBy {
      ...Person
    }
  }
  myDraft {
    ...Drafted
  }
  verdicts(includeWithdrawn: true) {
    ...Judged
  }
  ruling {
    ...Ruled
  }
}`),Ko=new $(`
    mutation Reanchor($input: ReanchorInput!) {
  reanchor(input: $input) {
    article {
      id
      version
    }
    claim {
      ...ClaimDetail
    }
  }
}
    fragment Rated on Rating {
  id
  key
  label
  colour
  rank
  needsSource
  description
}
fragment Person on Account {
  id
  displayName
}
fragment Place on Anchor {
  id
  start(unit: UTF16)
  end(unit: UTF16)
  exact
  prefix
  suffix
  status
}
fragment ClaimCounts on ClaimSummary {
  verdictCount
  hiddenVerdictCount
  disputed
  sourceCount
  verdictCounts {
    count
    rating {
      ...Rated
    }
  }
}
fragment ClaimCard on Claim {
  id
  version
  wordingVersion
  statement
  claimant
  claimedOn
  state
  stale
  tags
  markedAt
  summary {
    ...ClaimCounts
  }
  ruling {
    id
    state
    rating {
      ...Rated
    }
  }
}
fragment PlacedClaim on Claim {
  ...ClaimCard
  anchors {
    ...Place
  }
}
fragment Cited on Citation {
  id
  stance
  quote
  kind
  url
  description
  doi
  isbn
  issn
  archiveUrl
  accessedAt
  question
  answer
  answerType
  source {
    id
    url
    title
    publisher
  }
}
fragment CitedPlainly on CitedSource {
  stance
  quote
  kind
  url
  description
  doi
  isbn
  issn
  archiveUrl
  accessedAt
  question
  answer
  answerType
  title
  publisher
}
fragment Judged on Verdict {
  id
  version
  number
  state
  rating {
    ...Rated
  }
  rationale
  citations {
    ...Cited
  }
  reviewer {
    ...Person
  }
  submittedAt
  stale
  readRevision
  reaffirmedAt
  reaffirmNote
  changedAfterReading
  withdrawnAt
  withdrawnReason
}
fragment Drafted on VerdictDraft {
  id
  version
  claimVersion
  savedAt
  rationale
  rating {
    ...Rated
  }
  citations {
    ...CitedPlainly
  }
}
fragment Ruled on Ruling {
  id
  slug
  number
  version
  state
  wordsChanged
  summary
  dissent
  publishedAt
  publishedBy {
    ...Person
  }
  rating {
    ...Rated
  }
  verdicts {
    id
    dissents
    reviewer {
      ...Person
    }
  }
  corrections {
    number
    kind
    reason
    madeAt
    madeBy {
      ...Person
    }
    previousSummary
    previousRating {
      ...Rated
    }
  }
}
fragment ClaimDetail on Claim {
  ...PlacedClaim
  markedBy {
    ...Person
  }
  withdrawnAt
  withdrawnReason
  article {
    id
    title
    version
    withdrawnAt
    revision {
      id
      number
    }
  }
  repeats {
    id
    statement
    article {
      id
    }
  }
  assignments {
    assignedAt
    dueAt
    note
    reviewer {
      ...Person
    }
    assignedBy {
      ...Person
    }
  }
  myDraft {
    ...Drafted
  }
  verdicts(includeWithdrawn: true) {
    ...Judged
  }
  ruling {
    ...Ruled
  }
}`),qo=new $(`
    subscription Activity($newsroom: ID!, $after: Int) {
  activity(newsroom: $newsroom, after: $after) {
    number
    at
    kind
    actor {
      ...Person
    }
    comment {
      id
      author {
        ...Person
      }
      mentions {
        id
      }
    }
    article {
      id
    }
    claim {
      id
      statement
      article {
        id
      }
    }
  }
}
    fragment Person on Account {
  id
  displayName
}`),Jo=new $(`
    query Sources($slug: String!, $filter: SourceFilter, $after: String) {
  newsroom(slug: $slug) {
    id
    sources(first: 25, after: $after, filter: $filter) {
      totalCount
      nodes {
        ...ListedSource
        mergedSources {
          ...ListedSource
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
}
    fragment ListedSource on Source {
  id
  kind
  title
  url
  publisher
  description
  doi
  isbn
  issn
  citationCount
}`),Yo=new $(`
    query SourceCitations($id: ID!) {
  node(id: $id) {
    __typename
    ... on Source {
      id
      citationCount
      citations(first: 50) {
        id
        stance
        quote
        verdict {
          id
          rating {
            ...Rated
          }
          reviewer {
            ...Person
          }
          claim {
            id
            statement
            article {
              id
              title
            }
          }
        }
      }
    }
  }
}
    fragment Rated on Rating {
  id
  key
  label
  colour
  rank
  needsSource
  description
}
fragment Person on Account {
  id
  displayName
}`),Xo=new $(`
    mutation MergeSources($input: MergeSourcesInput!) {
  mergeSources(input: $input) {
    source {
      ...ListedSource
    }
  }
}
    fragment ListedSource on Source {
  id
  kind
  title
  url
  publisher
  description
  doi
  isbn
  issn
  citationCount
}`),Zo=new $(`
    mutation UnmergeSources($input: UnmergeSourcesInput!) {
  unmergeSources(input: $input) {
    sources {
      ...ListedSource
    }
  }
}
    fragment ListedSource on Source {
  id
  kind
  title
  url
  publisher
  description
  doi
  isbn
  issn
  citationCount
}`);export{Ha as $,h as $n,Ni as $t,bo as A,Ne as An,ya as At,vo as B,k as Bn,io as Bt,Ia as C,ke as Cn,oa as Ct,Fa as D,ge as Dn,Pa as Dt,La as E,De as En,go as Et,Ho as F,Ae as Fn,Yo as Ft,Ro as G,oe as Gn,sa as Gt,_a as H,w as Hn,Zo as Ht,zo as I,He as In,Jo as It,Do as J,O as Jn,Aa as Jt,fa as K,re as Kn,Ma as Kt,Ja as L,Ue as Ln,xo as Lt,Wa as M,Ee as Mn,ra as Mt,ho as N,Fe as Nn,ca as Nt,Va as O,We as On,ta as Ot,Ka as P,Pe as Pn,Io as Pt,fo as Q,g as Qn,so as Qt,uo as R,Ke as Rn,Xa as Rt,Na as S,Re as Sn,va as St,Ra as T,Oe as Tn,Za as Tt,Go as U,D as Un,da as Ut,pa as V,ce as Vn,Oo as Vt,ua as W,ae as Wn,ka as Wt,Ga as X,S as Xn,Bo as Xt,Xo as Y,se as Yn,Uo as Yt,lo as Z,m as Zn,$a as Zt,oo as _,xe as _n,So as _t,Ao as a,Fi as an,To as at,ja as b,Ce as bn,yo as bt,po as c,Ri as cn,Oa as ct,aa as d,Oi as dn,Ya as dt,Pi as en,f as er,ha as et,Lo as f,pi as fn,Wo as ft,mo as g,be as gn,Co as gt,Po as h,he as hn,no as ht,No as i,Li as in,eo as it,Qa as j,Me as jn,na as jt,Ba as k,Ie as kn,Ca as kt,ro as l,Qi as ln,wa as lt,Eo as m,ye as mn,wo as mt,qo as n,Yi as nn,o as nr,Da as nt,ko as o,Ji as on,Ko as ot,Fo as p,Se as pn,Vo as pt,co as q,ne as qn,ea as qt,qa as r,qi as rn,c as rr,to as rt,_o as s,Ii as sn,ba as st,ia as t,Ki as tn,u as tr,ao as tt,ga as u,ki as un,la as ut,xa as v,me as vn,Mo as vt,za as w,Le as wn,Ua as wt,Ea as x,ze as xn,Sa as xt,Ta as y,ve as yn,jo as yt,$i as z,C as zn,ma as zt};