import './styles/base.css';
import './styles/reading.css';
import './styles/pages.css';
import { RouterProvider } from '@tanstack/react-router';
import { createRoot } from 'react-dom/client';
import { router } from './app/router';
import { applyTheme, theme } from './app/theme';
import { preferredLanguage, setLanguage } from './i18n';

applyTheme(theme.get());
await setLanguage(preferredLanguage());

const element = document.getElementById('app');
if (element) createRoot(element).render(<RouterProvider router={router} />);
