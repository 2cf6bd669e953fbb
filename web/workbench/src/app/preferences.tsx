import { LANGUAGES, type Language, language, setLanguage, t } from '../i18n';
import { useStore } from '../ui/store';
import { applyTheme, type Theme, theme } from './theme';

export function LanguageSelect() {
  const now = useStore(language);
  return (
    <label className="inline-label">
      <span>{t('Language')}</span>
      <select value={now} onChange={(event) => void setLanguage(event.target.value as Language)}>
        {Object.entries(LANGUAGES).map(([tag, name]) => (
          <option key={tag} value={tag} lang={tag}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

export function ThemeSelect() {
  const now = useStore(theme);
  return (
    <label className="inline-label">
      <span>{t('Colours')}</span>
      <select value={now} onChange={(event) => applyTheme(event.target.value as Theme)}>
        <option value="auto">{t('As the system')}</option>
        <option value="light">{t('Light')}</option>
        <option value="dark">{t('Dark')}</option>
      </select>
    </label>
  );
}
