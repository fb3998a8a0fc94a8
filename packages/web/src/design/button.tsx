import "./controls.css";
import type { ButtonHTMLAttributes, ReactNode } from "react";
import { Icon, type IconName } from "./icon.tsx";

interface ButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, "className"> {
  readonly kind?: "primary" | "secondary" | "danger" | "destroy";
  readonly size?: "normal" | "small";
  readonly icon?: IconName;
  /** Its action is under way: the label stays, a second press does nothing. */
  readonly busy?: boolean;
  readonly children: ReactNode;
}

const CLASSES = { primary: "primary", secondary: "", danger: "danger", destroy: "danger solid" } as const;

/** One primary button a view. Why a button is disabled stands near it, or in its title. */
export function Button({
  kind = "secondary",
  size = "normal",
  icon,
  busy = false,
  children,
  onClick,
  ...rest
}: ButtonProps) {
  const names = ["btn", CLASSES[kind], size === "small" ? "small" : ""].filter((name) => name !== "");
  return (
    <button
      type="button"
      {...rest}
      className={names.join(" ")}
      aria-busy={busy || undefined}
      onClick={busy ? undefined : onClick}
    >
      {icon !== undefined && <Icon name={icon} />}
      {children}
    </button>
  );
}

interface IconButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, "className" | "children"> {
  readonly icon: IconName;
  /** What it does, for readers and as a tooltip. */
  readonly label: string;
  readonly pressed?: boolean;
  readonly className?: string;
}

export function IconButton({ icon, label, pressed, className = "", ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      title={label}
      {...rest}
      className={`ghost small ${className}`}
      aria-label={label}
      aria-pressed={pressed}
    >
      <Icon name={icon} />
    </button>
  );
}
